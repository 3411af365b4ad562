import { isApiError } from '../../api/client.ts'
import { sentenceOf } from '../../api/problem.ts'

/** Names of licences people reach for; any other short name is taken too. */
export const commonLicenses = [
  'AGPL-3.0',
  'GPL-3.0',
  'Apache-2.0',
  'MIT',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC0-1.0',
  'Ultralytics-Enterprise',
]

/** A refusal about the address, told at its field. */
export const slugProblem = (error: unknown): string | undefined =>
  isApiError(error, 'slug_taken') ? sentenceOf(error) : undefined

/** The same refusal is not told twice. */
export const besideSlug = (error: unknown): unknown => (isApiError(error, 'slug_taken') ? null : error)
