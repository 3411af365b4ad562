import { z } from 'zod'
import { OwnerQuery, Time } from './common.ts'
import { endpoint } from './endpoint.ts'
import { scopes } from './permissions.ts'

const Scopes = z
  .array(z.enum(scopes))
  .max(scopes.length)
  .refine((list) => new Set(list).size === list.length, 'must not repeat a scope')

const KeyName = z.string().trim().min(1, 'must not be empty').max(100, 'must be at most 100 characters')

const ApiKey = z
  .object({
    keyId: z.string(),
    name: z.string(),
    /** The first 11 characters: a label, not a secret. */
    keyPrefix: z.string(),
    /** The full value, only in the browser session of the person who made it. */
    key: z.string().optional(),
    scopes: z.array(z.enum(scopes)).optional(),
    /** Absent until the first use. */
    lastUsedAt: Time.optional(),
    usageCount: z.number(),
    createdAt: Time,
    createdBy: z.string().optional(),
  })
  .meta({ id: 'ApiKey' })

export const listApiKeys = endpoint({
  method: 'GET',
  path: '/api/api-keys',
  summary: 'The keys of the workspace, newest first',
  query: OwnerQuery,
  reply: z.object({ keys: z.array(ApiKey) }),
})

export const createApiKey = endpoint({
  method: 'POST',
  path: '/api/api-keys',
  summary: 'Create a key',
  description:
    'Without scopes a key may read and write every resource of its workspace, and manage nothing else.',
  query: OwnerQuery,
  body: z.strictObject({
    name: KeyName.optional(),
    scopes: Scopes.optional(),
    owner: OwnerQuery.shape.owner,
  }),
  reply: z.object({
    keyId: z.string(),
    key: z.string(),
    keyPrefix: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(scopes)).optional(),
    createdAt: Time,
  }),
})

const Revoked = z.object({ deleted: z.literal(true), keyId: z.string() })
const KeyId = z.string().min(1).max(128)

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
  params: z.strictObject({ keyId: KeyId }),
  query: OwnerQuery,
  reply: Revoked,
})
