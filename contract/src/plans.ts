import type { Plan } from './common.ts'

const GiB = 2 ** 30

export type Allowances = {
  name: string
  modelsMax: number | null
  deploymentsMax: number | null
  storageBytesMax: number | null
  /** One file that is uploaded to a dataset. */
  datasetFileBytesMax: number
  /** Members and pending invites together, the owner included. */
  seatsMax: number
}

/** Limits of SPEC 7 and 4.6. `null` is unlimited. Checked only when something new is made. An operator sets the seats of an Enterprise
 *  workspace; what stands here is the default. */
export const plans: Record<Plan, Allowances> = {
  free: {
    name: 'Free',
    modelsMax: 100,
    deploymentsMax: 3,
    storageBytesMax: 100 * GiB,
    datasetFileBytesMax: 10 * GiB,
    seatsMax: 1,
  },
  pro: {
    name: 'Pro',
    modelsMax: 500,
    deploymentsMax: 10,
    storageBytesMax: 500 * GiB,
    datasetFileBytesMax: 20 * GiB,
    seatsMax: 5,
  },
  enterprise: {
    name: 'Enterprise',
    modelsMax: null,
    deploymentsMax: null,
    storageBytesMax: null,
    datasetFileBytesMax: 50 * GiB,
    seatsMax: 50,
  },
}
