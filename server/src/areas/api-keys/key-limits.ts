import { refuse } from '../../door/refusal.ts'
import type { ApiKeyRow } from './table.ts'

/** What a key is limited by besides its scopes. */
export type KeyLimits = Pick<ApiKeyRow, 'expiresAt' | 'allowedAddresses'>

/** A key that is to live longer than this is meant to have no end. */
const lifeYearsMax = 10

/** A moment as a request gives it. Refuses with invalid_request when it has passed, or lies further ahead than anybody plans. */
export const futureOf = (expiresAt: string, at: Date): Date => {
  const end = new Date(expiresAt)
  const latest = new Date(at)
  latest.setUTCFullYear(latest.getUTCFullYear() + lifeYearsMax)
  if (end > at && end <= latest) return end
  const message = end > at ? `must lie in the next ${lifeYearsMax} years` : 'must lie in the future'
  throw refuse('invalid_request', {
    message: `expiresAt: ${message}`,
    issues: [{ path: 'expiresAt', message }],
  })
}

/** An empty list means anywhere, which the table writes as none. */
export const addressesOf = (allowed: readonly string[] | undefined): string[] | null =>
  allowed?.length ? [...new Set(allowed)] : null

export const statusOf = ({ expiresAt, pausedAt }: Pick<ApiKeyRow, 'expiresAt' | 'pausedAt'>, at: Date) =>
  expiresAt !== null && expiresAt <= at ? 'expired' : pausedAt !== null ? 'paused' : 'active'
