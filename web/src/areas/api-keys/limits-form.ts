import type { Scope } from '#contract/permissions.ts'
import { addressesProblem, readAddresses } from './allowed-addresses.ts'
import { type Expiry, endOf, noExpiry } from './expiry.ts'
import type { ApiKeyLimits } from './queries.ts'

/** What the form of a new key holds besides its name. */
export type Limits = {
  /** Whether `scopes` counts. */
  scoped: boolean
  scopes: Scope[]
  expiry: Expiry
  showOnce: boolean
  /** As typed. */
  addresses: string
}

export const noLimits: Limits = {
  scoped: false,
  scopes: ['training'],
  expiry: noExpiry,
  showOnce: false,
  addresses: '',
}

export type LimitsProblems = { scopes?: string; date?: string; addresses?: string }

export const expiryProblem = (expiry: Expiry, now: Date): string | undefined =>
  endOf(expiry, now) === undefined ? 'Choose today or a day to come' : undefined

export const limitsProblems = (limits: Limits, now: Date): LimitsProblems => {
  const date = expiryProblem(limits.expiry, now)
  const addresses = addressesProblem(readAddresses(limits.addresses))
  return {
    ...(limits.scoped &&
      limits.scopes.length === 0 && { scopes: 'Choose at least one, or leave permissions unlimited' }),
    ...(date && { date }),
    ...(addresses && { addresses }),
  }
}

/** What is sent. Nothing that was left as it is for a plain key. */
export const limitsOf = (limits: Limits, now: Date): ApiKeyLimits => {
  const end = endOf(limits.expiry, now)
  const allowedAddresses = readAddresses(limits.addresses)
  return {
    ...(limits.scoped && { scopes: limits.scopes }),
    ...(end && { expiresAt: end.toISOString() }),
    ...(limits.showOnce && { showOnce: true }),
    ...(allowedAddresses.length > 0 && { allowedAddresses }),
  }
}
