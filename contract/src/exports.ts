import { z } from 'zod'
import { countInQuery, OwnerQuery, ResourceId, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'
import { bounded } from './library-fields.ts'

const exportFormats = [
  'torchscript',
  'onnx',
  'openvino',
  'engine',
  'coreml',
  'saved_model',
  'pb',
  'tflite',
  'edgetpu',
  'tfjs',
  'paddle',
  'mnn',
  'ncnn',
  'imx',
  'rknn',
  'executorch',
  'axelera',
] as const
export type ExportFormat = (typeof exportFormats)[number]

const statuses = ['queued', 'starting', 'running', 'completed', 'failed', 'cancelled'] as const
export type ExportStatus = (typeof statuses)[number]

const Export = z
  .object({
    _id: z.string(),
    modelId: z.string(),
    modelName: z.string(),
    format: z.enum(exportFormats),
    gpuType: z.string().optional(),
    args: z.record(z.string(), z.unknown()),
    status: z.enum(statuses),
    error: z.string().optional(),
    sizeBytes: z.number().optional(),
    createdAt: Time,
    updatedAt: Time,
    completedAt: Time.optional(),
  })
  .meta({ id: 'Export' })

const ExportId = z.strictObject({ id: ResourceId })

export const listExports = endpoint({
  method: 'GET',
  path: '/api/exports',
  summary: 'Exports of the workspace, newest first',
  query: OwnerQuery.extend({
    modelId: ResourceId.optional(),
    limit: countInQuery(100, 20),
    /** Continue after the last export of an earlier answer. */
    cursor: ResourceId.optional(),
  }),
  reply: z.object({ exports: z.array(Export), nextCursor: z.string().optional() }),
})

export const createExport = endpoint({
  method: 'POST',
  path: '/api/exports',
  summary: 'Export a model to another format',
  description:
    'This installation has no machine that converts models, so a valid request is answered 503. `engine` needs a `gpuType`; the same export is not made twice at once.',
  query: OwnerQuery,
  body: z.strictObject({
    modelId: ResourceId,
    format: z.enum(exportFormats),
    gpuType: z.string().trim().min(1).max(50).optional(),
    args: bounded(8 * 1024).optional(),
    owner: z.string().min(1).max(64).optional(),
  }),
  status: 202,
  reply: z.object({ exportId: z.string(), status: z.enum(statuses) }),
})

export const getExport = endpoint({
  method: 'GET',
  path: '/api/exports/:id',
  summary: 'An export',
  params: ExportId,
  query: OwnerQuery,
  reply: z.object({ export: Export }),
})

export const deleteExport = endpoint({
  method: 'DELETE',
  path: '/api/exports/:id',
  summary: 'Delete an export and its file',
  params: ExportId,
  query: OwnerQuery,
  reply: Success,
})
