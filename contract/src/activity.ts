import { z } from 'zod'
import { countInQuery, OwnerQuery, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'

/** The closed vocabulary of SPEC 9.1. */
export const resourceTypes = [
  'project',
  'dataset',
  'model',
  'training',
  'settings',
  'api_key',
  'export',
  'deployment',
  'onboarding',
] as const
export const actions = [
  'created',
  'updated',
  'deleted',
  'trashed',
  'restored',
  'started',
  'completed',
  'failed',
  'cancelled',
  'uploaded',
  'shared',
  'unshared',
  'exported',
  'cloned',
  'analyzed',
] as const

export type ResourceType = (typeof resourceTypes)[number]
export type Action = (typeof actions)[number]

export const ActivityEvent = z
  .object({
    _id: z.string(),
    userId: z.string(),
    userEmail: z.string(),
    userName: z.string(),
    action: z.enum(actions),
    resourceType: z.enum(resourceTypes),
    resourceId: z.string().optional(),
    resourceName: z.string().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    timestamp: Time,
    seen: z.boolean(),
    archived: z.boolean(),
  })
  .meta({ id: 'ActivityEvent' })
export type ActivityEvent = z.output<typeof ActivityEvent>

/** Dates beyond these cannot be asked of the store: it writes the year 0 and the year 10000 in a way of its own. */
const firstMs = Date.parse('0001-01-01T00:00:00Z')
const lastMs = Date.parse('9999-12-30T23:59:59.999Z')

const When = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .refine(
    (when) => Date.parse(when) >= firstMs && Date.parse(when) <= lastMs,
    'must lie after the year 0 and before 9999-12-31',
  )

export const listActivity = endpoint({
  method: 'GET',
  path: '/api/activity',
  summary: 'What happened in the workspace, newest first',
  query: OwnerQuery.extend({
    limit: countInQuery(100, 20),
    page: countInQuery(10_000, 1),
    /** Continue after the last row of an earlier answer; instead of `page`. */
    cursor: z.string().max(200).optional(),
    archived: z.enum(['true', 'false']).optional(),
    search: z.string().max(200).optional(),
    start: When.optional(),
    end: When.optional(),
  }),
  reply: z.object({
    events: z.array(ActivityEvent),
    total: z.number(),
    unseenCount: z.number(),
    nextCursor: z.string().optional(),
  }),
})

const EventIds = z.array(z.string().min(1).max(64)).min(1).max(500)

export const markActivitySeen = endpoint({
  method: 'POST',
  path: '/api/activity/mark-seen',
  summary: 'Mark events as seen by yourself',
  query: OwnerQuery,
  body: z.union([z.strictObject({ all: z.literal(true) }), z.strictObject({ eventIds: EventIds })]),
  reply: Success,
})

export const archiveActivity = endpoint({
  method: 'POST',
  path: '/api/activity/archive',
  summary: 'Move events to your archive, or back to your inbox',
  query: OwnerQuery,
  body: z.union([
    z.strictObject({ all: z.literal(true), archive: z.literal(true) }),
    z.strictObject({ eventIds: EventIds, archive: z.boolean() }),
  ]),
  reply: Success,
})
