import type { Plan } from './common.ts'

const GiB = 2 ** 30

export type Allowances = {
  name: string
  modelsMax: number | null
  storageBytesMax: number | null
  /** Members and pending invites together, the owner included. */
  seatsMax: number
}

/** Limits of SPEC 7 and 4.6. `null` is unlimited. Checked only when something new is made. An operator sets the seats of an Enterprise
 *  workspace; what stands here is the default. */
export const plans: Record<Plan, Allowances> = {
  free: { name: 'Free', modelsMax: 100, storageBytesMax: 100 * GiB, seatsMax: 1 },
  pro: { name: 'Pro', modelsMax: 500, storageBytesMax: 500 * GiB, seatsMax: 5 },
  enterprise: { name: 'Enterprise', modelsMax: null, storageBytesMax: null, seatsMax: 50 },
}
