import { type Allowances, plans } from '#contract/plans.ts'
import type { WorkspaceRow } from './table.ts'

export type CurrentAllowances = Allowances & {
  /** The Enterprise licence has run out. */
  licenseExpired: boolean
}

/** What a workspace may have right now: the one place where a plan turns into limits and features. An Enterprise licence that has run
 *  out leaves what Free allows; what exists stays (SPEC 7, 4.7). */
export const allowancesOf = (
  { plan, seatsMax, enterpriseUntil }: Pick<WorkspaceRow, 'plan' | 'seatsMax' | 'enterpriseUntil'>,
  at: Date,
): CurrentAllowances => {
  const licenseExpired = plan === 'enterprise' && enterpriseUntil !== null && enterpriseUntil <= at
  if (licenseExpired) return { ...plans.free, name: plans.enterprise.name, licenseExpired }
  const allowances = plans[plan]
  const seats = plan === 'enterprise' ? (seatsMax ?? allowances.seatsMax) : allowances.seatsMax
  return { ...allowances, seatsMax: seats, licenseExpired }
}
