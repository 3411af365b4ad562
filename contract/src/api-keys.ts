import { z } from 'zod'
import { OwnerQuery, Time } from './common.ts'
import { endpoint } from './endpoint.ts'
import { scopes } from './permissions.ts'
import { isFitName, unfitName } from './profile-fields.ts'
import { Receipt, ReceiptSummary } from './receipt.ts'

/** When a key wants to be replaced (SPEC 5.1). */
export const rotateAfterDays = 90
/** How far back "who uses this key?" looks. */
export const keyUseDays = 30
/** How long the key before goes on working after a rotation, unless another time is asked for. */
export const overlapHoursDefault = 24

const Scopes = z
  .array(z.enum(scopes))
  .max(scopes.length)
  .refine((list) => new Set(list).size === list.length, 'must not repeat a scope')

const KeyName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must be at most 100 characters')
  .refine(isFitName, unfitName)

/** `203.0.113.7`, `2001:db8::1`, or a range such as `10.0.0.0/8`. */
const Address = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
    error: 'must be an IP address such as 203.0.113.7, or a range such as 10.0.0.0/8',
  })
  .refine((address) => /^[^/]+(\/\d{1,3})?$/.test(address), 'must have a whole number after the slash')

/** None means that a key works from anywhere. */
const AllowedAddresses = z.array(Address).max(50, 'must be at most 50 addresses and ranges')

const ApiKey = z
  .object({
    keyId: z.string(),
    name: z.string(),
    /** The first 11 characters: a label, not a secret. */
    keyPrefix: z.string(),
    /** The full value, only in the browser session of the person who made it, and not of a key that was shown once. */
    key: z.string().optional(),
    scopes: z.array(z.enum(scopes)).optional(),
    /** `paused` and `expired` keys open nothing. */
    status: z.enum(['active', 'paused', 'expired']),
    /** Its value was shown when it was made and is not kept. */
    showOnce: z.boolean(),
    /** Absent when it never ends by itself. */
    expiresAt: Time.optional(),
    pausedAt: Time.optional(),
    /** The name of who paused it, when that is somebody else: its maker alone does not resume it then. */
    pausedBy: z.string().optional(),
    /** When it was rotated out: another key has taken its place. */
    replacedAt: Time.optional(),
    /** Absent when it works from anywhere. */
    allowedAddresses: z.array(z.string()).optional(),
    /** Absent until the first use. */
    lastUsedAt: Time.optional(),
    /** What used it last: the machine's own name where a training client told it, else its address. */
    lastUsedBy: z.object({ machine: z.string(), client: z.string() }).optional(),
    usageCount: z.number(),
    createdAt: Time,
    /** The name of who made it. */
    createdBy: z.string().optional(),
    /** Whether it is the asking person's own. */
    isOwn: z.boolean(),
  })
  .meta({ id: 'ApiKey' })

export const listApiKeys = endpoint({
  method: 'GET',
  path: '/api/api-keys',
  summary: "Your keys in the workspace, newest first; for owners and admins everybody's",
  query: OwnerQuery,
  reply: z.object({
    keys: z.array(ApiKey),
    /** How long it took at the longest until nothing accepted any more what was revoked, on this installation. */
    receipts: ReceiptSummary,
  }),
})

const IssuedApiKey = z.object({
  keyId: z.string(),
  key: z.string(),
  keyPrefix: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)).optional(),
  createdAt: Time,
  showOnce: z.boolean(),
  expiresAt: Time.optional(),
})

export const createApiKey = endpoint({
  method: 'POST',
  path: '/api/api-keys',
  summary: 'Create a key',
  description:
    'Without scopes a key may read and write every resource of its workspace, and manage nothing else. It never may more than the person who made it.',
  query: OwnerQuery,
  body: z.strictObject({
    name: KeyName.optional(),
    scopes: Scopes.optional(),
    /** When it ends by itself; in the future. */
    expiresAt: z.iso.datetime({ offset: true }).optional(),
    /** Keep no ciphertext: the value is in this answer and nowhere else. */
    showOnce: z.boolean().optional(),
    allowedAddresses: AllowedAddresses.optional(),
    owner: OwnerQuery.shape.owner,
  }),
  reply: IssuedApiKey,
})

const KeyId = z.string().min(1).max(128)
const KeyPath = z.strictObject({ keyId: KeyId })

export const updateApiKey = endpoint({
  method: 'PATCH',
  path: '/api/api-keys/:keyId',
  summary: 'Rename, pause, resume, or say from where a key works and until when',
  description:
    'A paused key is refused with 403 from the moment of the reply, so that clients keep it for later. Only whoever made a key changes from where and until when it works; owners and admins may pause and resume it.',
  params: KeyPath,
  query: OwnerQuery,
  body: z.strictObject({
    name: KeyName.optional(),
    paused: z.boolean().optional(),
    /** null: never ends by itself. */
    expiresAt: z.iso.datetime({ offset: true }).nullable().optional(),
    /** An empty list: from anywhere. */
    allowedAddresses: AllowedAddresses.optional(),
  }),
  reply: ApiKey.extend({ receipt: Receipt }),
})

export const rotateApiKey = endpoint({
  method: 'POST',
  path: '/api/api-keys/:keyId/rotate',
  summary: 'Replace a key by a new one with the same name and limits',
  description: `The key before goes on working for \`overlapHours\` (${overlapHoursDefault} unless given; 0 ends it at once). Only whoever made a key rotates it.`,
  params: KeyPath,
  query: OwnerQuery,
  body: z.strictObject({ overlapHours: z.number().int().min(0).max(720).optional() }).default({}),
  reply: IssuedApiKey.extend({
    replaced: z.object({
      keyId: z.string(),
      /** When it stops working. */
      expiresAt: Time,
    }),
  }),
})

export const listApiKeyUses = endpoint({
  method: 'GET',
  path: '/api/api-keys/:keyId/uses',
  summary: `Which machines, clients and addresses of the API used a key in the last ${keyUseDays} days`,
  params: KeyPath,
  query: OwnerQuery,
  reply: z.object({
    days: z.number(),
    total: z.number(),
    machines: z.array(
      z.object({
        /** Its own name where a training client told it. */
        hostname: z.string().optional(),
        address: z.string(),
        /** Program and version, such as `ultralytics 8.4.60` or `curl 8.5.0`. */
        client: z.string(),
        uses: z.number(),
        firstUsedAt: Time,
        lastUsedAt: Time,
      }),
    ),
    endpoints: z.array(
      z.object({ method: z.string(), path: z.string(), uses: z.number(), lastUsedAt: Time }),
    ),
  }),
})

const Revoked = z.object({ deleted: z.literal(true), keyId: z.string(), receipt: Receipt })

export const revokeApiKey = endpoint({
  method: 'DELETE',
  path: '/api/api-keys',
  summary: 'Revoke a key, at once and for good',
  query: OwnerQuery.extend({ keyId: KeyId }),
  reply: Revoked,
})

export const revokeApiKeyByPath = endpoint({
  method: 'DELETE',
  path: '/api/api-keys/:keyId',
  summary: 'Revoke a key (earlier form of the address)',
  params: KeyPath,
  query: OwnerQuery,
  reply: Revoked,
})
