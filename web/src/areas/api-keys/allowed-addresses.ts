import { createApiKey } from '#contract/api-keys.ts'
import { fieldSentence } from '../../api/problem.ts'

const schema = createApiKey.body.shape.allowedAddresses

/** The addresses in what was typed: one per line, or with commas or spaces between. */
export const readAddresses = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))]

/** What is wrong with them; undefined for nothing. */
export const addressesProblem = (addresses: string[]): string | undefined => {
  const [issue] = schema.safeParse(addresses).error?.issues ?? []
  if (!issue) return undefined
  const at = issue.path[0]
  return typeof at === 'number'
    ? fieldSentence(`“${addresses[at]}”`, issue.message)
    : fieldSentence('There', issue.message)
}
