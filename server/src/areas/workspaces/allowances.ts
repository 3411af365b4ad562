import { type Allowances, plans } from '#contract/plans.ts'
import type { RefusalDetail } from '../../door/refusal.ts'
import type { WorkspaceRow } from './table.ts'

export type CurrentAllowances = Allowances & {
  /** The Enterprise licence has run out. */
  licenseExpired: boolean
  /** The plan that allows more; null on the largest. */
  nextPlan: 'pro' | 'enterprise' | null
}

/** What a refusal over a limit tells beside it. */
export const needsPlan = (plan: CurrentAllowances['nextPlan']): Pick<RefusalDetail, 'needs'> =>
  plan ? { needs: { plan } } : {}

const nextPlans = { free: 'pro', pro: 'enterprise', enterprise: null } as const

/** What a workspace may have right now: the one place where a plan turns into limits and features. An Enterprise licence that has run
 *  out leaves what Free allows; what exists stays (SPEC 7, 4.7). */
export const allowancesOf = (
  { plan, seatsMax, enterpriseUntil }: Pick<WorkspaceRow, 'plan' | 'seatsMax' | 'enterpriseUntil'>,
  at: Date,
): CurrentAllowances => {
  const licenseExpired = plan === 'enterprise' && enterpriseUntil !== null && enterpriseUntil <= at
  if (licenseExpired)
    return { ...plans.free, name: plans.enterprise.name, licenseExpired, nextPlan: 'enterprise' }
  const allowances = plans[plan]
  const seats = plan === 'enterprise' ? (seatsMax ?? allowances.seatsMax) : allowances.seatsMax
  return { ...allowances, seatsMax: seats, licenseExpired, nextPlan: nextPlans[plan] }
}
