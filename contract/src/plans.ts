import type { Plan } from './common.ts'

const GiB = 2 ** 30

/** Limits of SPEC 7. `null` is unlimited. Checked only when something new is made. */
export const plans: Record<Plan, { name: string; modelsMax: number | null; storageBytesMax: number | null }> =
  {
    free: { name: 'Free', modelsMax: 100, storageBytesMax: 100 * GiB },
    pro: { name: 'Pro', modelsMax: 500, storageBytesMax: 500 * GiB },
    enterprise: { name: 'Enterprise', modelsMax: null, storageBytesMax: null },
  }
