import { z } from 'zod'
import { OwnerQuery, Region, ResourceId, Slug } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Description, Segment, Title } from './library-fields.ts'

const CloneModel = z.strictObject({
  targetProjectSlug: Slug,
  modelName: Title.optional(),
  description: Description.optional(),
  /** Sent as true where a private model goes into a public project on purpose. Refused otherwise. */
  showPublicly: z.boolean().optional(),
  /** The workspace that the copy goes to. */
  owner: z.string().min(1).max(64).optional(),
})
export type CloneModel = z.output<typeof CloneModel>

const cloning = {
  body: CloneModel,
  status: 201,
  reply: z.object({
    modelId: z.string(),
    modelSlug: z.string(),
    modelName: z.string(),
    projectId: z.string(),
    projectSlug: z.string(),
    projectName: z.string(),
    region: Region,
  }),
} as const

export const cloneModel = endpoint({
  method: 'POST',
  path: '/api/models/:id/clone',
  summary: 'Copy a completed model into a project of your workspace',
  description:
    'A copyleft licence comes with the copy and stays. Weights follow in the background; their size counts at once.',
  params: z.strictObject({ id: ResourceId }),
  query: OwnerQuery,
  ...cloning,
})

export const cloneModelByPath = endpoint({
  method: 'POST',
  path: '/api/models/:username/:project/:model/clone',
  summary: 'Copy a model, by owner, project and slug of the original',
  params: z.strictObject({ username: Segment, project: Slug, model: Slug }),
  query: OwnerQuery,
  ...cloning,
})
