import { z } from 'zod'
import { OwnerQuery, Plan, Region, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'

/** `limit` and `percent` are 0 where the plan sets no limit. `percent` has one decimal. */
const Limited = z.object({ current: z.number(), limit: z.number(), percent: z.number() })
const Counted = z.object({ bytes: z.number(), count: z.number() })

export const getStorage = endpoint({
  method: 'GET',
  path: '/api/storage',
  summary: 'What the workspace takes, and what its plan allows',
  description:
    'What lies in the trash counts in `storage` until it is purged, and in none of the counts. `details=true` adds the categories and the ten largest items.',
  query: OwnerQuery.extend({ details: z.enum(['true', 'false']).optional() }),
  reply: z.object({
    tier: Plan,
    usage: z.object({
      projects: Limited,
      datasets: Limited,
      models: Limited,
      images: Limited,
      deployments: Limited,
      storage: Limited,
    }),
    updatedAt: Time,
    breakdown: z
      .object({
        byCategory: z.object({ datasets: Counted, models: Counted, exports: Counted }),
        /** The part of it that emptying the trash would free. */
        trash: Counted,
        topItems: z.array(
          z.object({
            _id: z.string(),
            name: z.string(),
            slug: z.string().optional(),
            sizeBytes: z.number(),
            type: z.enum(['project', 'dataset', 'model', 'export']),
            parentName: z.string().optional(),
            parentSlug: z.string().optional(),
            /** Of an export: the project of its model, which is the parent. */
            projectSlug: z.string().optional(),
          }),
        ),
      })
      .optional(),
    region: Region,
    username: z.string(),
  }),
})

export const recalculateStorage = endpoint({
  method: 'POST',
  path: '/api/storage/recalculate',
  summary: 'Count again what the workspace takes',
  description: 'Once a minute for each workspace.',
  query: OwnerQuery,
  reply: Success.extend({
    storageBytes: z.number(),
    /** How far the counter was off. */
    correctedBytes: z.number(),
  }),
})
