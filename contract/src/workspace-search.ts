import { z } from 'zod'
import { AccountType, OwnerQuery, Plan, RoleName } from './common.ts'
import { endpoint } from './endpoint.ts'

const Hit = z.object({ _id: z.string(), name: z.string(), slug: z.string() })

export const searchWorkspace = endpoint({
  method: 'GET',
  path: '/api/search',
  summary: 'Pages, and things of the workspace, by name',
  description: 'At most ten of each. One or two characters are looked for at the beginning of names.',
  query: OwnerQuery.extend({ q: z.string().trim().min(1).max(100) }),
  reply: z.object({
    pages: z.array(z.object({ title: z.string(), path: z.string() })),
    projects: z.array(Hit),
    models: z.array(Hit.extend({ projectSlug: z.string() })),
    datasets: z.array(Hit),
    deployments: z.array(z.object({ _id: z.string(), name: z.string() })),
  }),
})

export const getAccountSummary = endpoint({
  method: 'GET',
  path: '/api/account/summary',
  summary: 'The workspace in a few numbers',
  description: '`teams` is empty for keys: a key knows its own workspace only.',
  query: OwnerQuery,
  reply: z.object({
    username: z.string(),
    name: z.string(),
    accountType: AccountType,
    plan: Plan,
    creditsCents: z.number(),
    counts: z.object({ projects: z.number(), datasets: z.number(), models: z.number() }),
    teams: z.array(z.object({ username: z.string(), fullName: z.string().optional(), role: RoleName })),
  }),
})
