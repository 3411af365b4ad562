import type { z } from 'zod'
import { fieldSentence } from '../api/problem.ts'

/** A validator for Mantine's forms out of a contract schema. `labels` name the fields in messages; `sentences` replace the
 *  schema's message where a form can say it better. */
export const validateWith =
  (schema: z.ZodType, labels: Record<string, string>, sentences: Record<string, string> = {}) =>
  (values: unknown): Record<string, string> => {
    const parsed = schema.safeParse(values)
    if (parsed.success) return {}
    const errors: Record<string, string> = {}
    for (const { path, message } of parsed.error.issues) {
      const field = path.join('.')
      errors[field] ??= sentences[field] ?? fieldSentence(labels[field] ?? 'This', message)
    }
    return errors
  }
