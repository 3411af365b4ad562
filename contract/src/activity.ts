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

/** What the feed can be narrowed to (SPEC 9.4): `library` is what belongs to none of the others. */
const activityGroups = ['training', 'uploads', 'exports', 'system', 'library'] as const
export type ActivityGroup = (typeof activityGroups)[number]

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
    /** The API key by which it was done; the name while the key exists. */
    key: z.object({ id: z.string(), prefix: z.string().optional(), name: z.string().optional() }).optional(),
    /** From where and with what program; for whoever did it, and for admins. */
    address: z.string().optional(),
    client: z.string().optional(),
    /** What it tells of is gone for good. */
    resourceDeleted: z.literal(true).optional(),
    /** What a change of settings changed, field by field. */
    changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })).optional(),
    /** The reader may undo it, until then. */
    undo: z.object({ until: Time }).optional(),
    /** It was undone. */
    undone: z.literal(true).optional(),
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
    /** Part of a name or type, in any case of letters. */
    search: z.string().max(200).optional(),
    type: z.enum(['all', ...activityGroups]).optional(),
    start: When.optional(),
    end: When.optional(),
    /** The same under earlier names; `start` and `end` come first. */
    startDate: When.optional(),
    endDate: When.optional(),
    /** Everything that matches as one download: `true` for JSON, `csv` for a table. */
    export: z.enum(['true', 'false', 'csv']).optional(),
  }),
  reply: z.object({
    events: z.array(ActivityEvent),
    /** Counted to 10,000; in a search, as far as this page had to look. */
    total: z.number(),
    totalIsMore: z.literal(true).optional(),
    /** Counted to 100. */
    unseenCount: z.number(),
    unseenIsMore: z.literal(true).optional(),
    nextCursor: z.string().optional(),
  }),
})

/** What `export=true` answers, written as it is read (SPEC 9.6). */
export const ActivityExport = z.object({
  exportedAt: Time,
  app: z.string(),
  owner: z.string(),
  filters: z.object({
    archived: z.boolean(),
    search: z.string().optional(),
    type: z.string().optional(),
    start: z.string().optional(),
    end: z.string().optional(),
  }),
  activity: z.array(ActivityEvent),
})
export type ActivityExport = z.output<typeof ActivityExport>

export const undoActivity = endpoint({
  method: 'POST',
  path: '/api/activity/:id/undo',
  summary: 'Undo a change within an hour of it',
  description:
    'Puts back what the event says was there before, and tells so in an event of its own with `metadata.undoOf`. Refused when a field was changed again since.',
  params: z.object({ id: z.string().min(1).max(64) }),
  query: OwnerQuery,
  reply: Success,
})

export const streamActivity = endpoint({
  method: 'GET',
  path: '/api/activity/stream',
  summary: 'Hear when something new happens in the workspace',
  description:
    'Server-sent events: `activity` when the feed has grown, without saying by what. A comment every 15 seconds keeps the line open. Ends when the session or the membership does, and after `seconds`; a browser then calls again by itself.',
  query: OwnerQuery.extend({ seconds: countInQuery(600, 600) }),
  reply: z.string(),
})

const EventId = z.string().min(1).max(64)
const EventIds = z.array(EventId).min(1).max(500)

export const markActivitySeen = endpoint({
  method: 'POST',
  path: '/api/activity/mark-seen',
  summary: 'Mark events as seen by yourself',
  query: OwnerQuery,
  body: z.union([
    z.strictObject({
      all: z.literal(true),
      /** The newest that was on screen: what is newer stays unseen. */
      upTo: EventId.optional(),
    }),
    z.strictObject({ eventIds: EventIds }),
  ]),
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
