import { refuse } from '../../door/refusal.ts'
import type { ApiKeyRow } from './table.ts'

/** What a key is limited by besides its scopes. */
export type KeyLimits = Pick<ApiKeyRow, 'expiresAt' | 'allowedAddresses'>

/** A moment as a request gives it. Refuses with invalid_request when it has passed. */
export const futureOf = (expiresAt: string, at: Date): Date => {
  const end = new Date(expiresAt)
  if (end > at) return end
  const issues = [{ path: 'expiresAt', message: 'must lie in the future' }]
  throw refuse('invalid_request', { message: 'expiresAt: must lie in the future', issues })
}

/** An empty list means anywhere, which the table writes as none. */
export const addressesOf = (allowed: readonly string[] | undefined): string[] | null =>
  allowed?.length ? [...new Set(allowed)] : null

export const statusOf = ({ expiresAt, pausedAt }: Pick<ApiKeyRow, 'expiresAt' | 'pausedAt'>, at: Date) =>
  expiresAt !== null && expiresAt <= at ? 'expired' : pausedAt !== null ? 'paused' : 'active'
