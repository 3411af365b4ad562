import { z } from 'zod'
import { OwnerQuery, ResourceId, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'

const assetTypes = ['models', 'datasets', 'images', 'videos'] as const
export type AssetType = (typeof assetTypes)[number]

/** How the name of a file for a dataset ends (SPEC 15.8). */
export const datasetEndings = ['.zip', '.tar', '.tar.gz', '.tgz', '.ndjson'] as const

export const isDatasetFile = (filename: string): boolean =>
  datasetEndings.some((ending) => filename.toLowerCase().endsWith(ending))

const SessionId = z.strictObject({ sessionId: ResourceId })

/** Where the bytes go, and until when that address takes them. */
const Address = z.object({ uploadUrl: z.string(), expiresAt: Time })

const UploadState = Address.extend({
  sessionId: z.string(),
  assetType: z.enum(assetTypes),
  assetId: z.string(),
  filename: z.string(),
  state: z.enum(['pending', 'stored']),
  totalBytes: z.number(),
  /** The size of each part but the last. */
  partBytes: z.number(),
  partCount: z.number(),
  /** The parts that are here, by number from 0, as runs from the first to the last of each. */
  received: z.array(z.object({ from: z.number(), to: z.number() })),
  receivedBytes: z.number(),
  /** When the session ends unless another part arrives. */
  keptUntil: Time,
}).meta({ id: 'Upload' })
export type UploadState = z.output<typeof UploadState>

export const openUpload = endpoint({
  method: 'POST',
  path: '/api/upload/signed-url',
  summary: 'Begin an upload',
  description:
    'Send the file to `uploadUrl` with PUT, whole or in parts of `partBytes` with `Content-Range`, then complete it. Images and videos name the dataset that takes them. The size is kept free in the storage of the workspace until the session ends.',
  query: OwnerQuery,
  body: z.strictObject({
    assetType: z.enum(assetTypes),
    assetId: z.string().min(1).max(128),
    filename: z.string().trim().min(1).max(256),
    contentType: z.string().trim().min(1).max(50),
    totalBytes: z.number().int().positive(),
    owner: z.string().min(1).max(64).optional(),
  }),
  reply: Address.extend({
    sessionId: z.string(),
    objectPath: z.string(),
    /** Of a model: where its file is found within the hour, once the upload is complete. */
    downloadUrl: z.string().optional(),
    partBytes: z.number(),
  }),
})

export const completeUpload = endpoint({
  method: 'POST',
  path: '/api/upload/complete',
  summary: 'Complete an upload',
  description:
    'All bytes must be here, and have this SHA-256 when one is given. A file for a model becomes its weights. Said again, it answers the same.',
  query: OwnerQuery,
  body: z.strictObject({
    sessionId: ResourceId,
    checksum: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 in hex')
      .toLowerCase()
      .optional(),
    owner: z.string().min(1).max(64).optional(),
  }),
  reply: Success.extend({ file: z.object({ size: z.number(), contentType: z.string().optional() }) }),
})

export const getUpload = endpoint({
  method: 'GET',
  path: '/api/upload/:sessionId',
  summary: 'How far an upload has come',
  description: 'With a fresh address to send what is missing.',
  params: SessionId,
  query: OwnerQuery,
  reply: UploadState,
})

export const cancelUpload = endpoint({
  method: 'DELETE',
  path: '/api/upload/:sessionId',
  summary: 'Give up an upload',
  description: 'What has arrived of it is removed. A completed upload stays.',
  params: SessionId,
  query: OwnerQuery,
  reply: Success,
})
