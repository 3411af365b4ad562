import { z } from 'zod'
import { countInQuery, OwnerQuery, ResourceId, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Title } from './library-fields.ts'

const statuses = ['creating', 'deploying', 'ready', 'stopping', 'stopped', 'failed'] as const
export type DeploymentStatus = (typeof statuses)[number]

/** What one deployment may take, on every plan (SPEC 7). */
const Resources = z.strictObject({
  cpu: z.literal(1).default(1),
  memoryGi: z.literal(2).default(2),
  minInstances: z.literal(0).default(0),
  maxInstances: z.literal(1).default(1),
})
export type Resources = z.output<typeof Resources>

const Deployment = z
  .object({
    _id: z.string(),
    /** Missing once the model is gone for ever. */
    modelId: z.string().optional(),
    modelName: z.string().optional(),
    name: z.string(),
    region: z.string(),
    resources: z.object({
      cpu: z.number(),
      memoryGi: z.number(),
      minInstances: z.number(),
      maxInstances: z.number(),
    }),
    status: z.enum(statuses),
    error: z.string().optional(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Deployment' })

const DeploymentId = z.strictObject({ id: ResourceId })

export const listDeployments = endpoint({
  method: 'GET',
  path: '/api/deployments',
  summary: 'Deployments of the workspace, newest first',
  query: OwnerQuery.extend({
    modelId: ResourceId.optional(),
    limit: countInQuery(100, 20),
    /** Continue after the last deployment of an earlier answer. */
    cursor: ResourceId.optional(),
  }),
  reply: z.object({
    deployments: z.array(Deployment),
    /** How many the plan counts, and how many it allows; null is unlimited. */
    used: z.number(),
    limit: z.number().nullable(),
    /** Whether anything here could run one. Where not, a page offers no start. */
    canStart: z.boolean(),
    nextCursor: z.string().optional(),
  }),
})

export const createDeployment = endpoint({
  method: 'POST',
  path: '/api/deployments',
  summary: 'Write down a deployment of a model',
  description: 'It begins stopped.',
  query: OwnerQuery,
  body: z.strictObject({
    modelId: ResourceId,
    name: Title,
    region: z
      .string()
      .max(64)
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be the name of a region, such as us or us-central1'),
    resources: Resources.optional(),
    owner: z.string().min(1).max(64).optional(),
  }),
  status: 201,
  reply: z.object({ deploymentId: z.string(), deployment: Deployment }),
})

export const getDeployment = endpoint({
  method: 'GET',
  path: '/api/deployments/:id',
  summary: 'A deployment',
  params: DeploymentId,
  query: OwnerQuery,
  reply: z.object({ deployment: Deployment }),
})

export const deleteDeployment = endpoint({
  method: 'DELETE',
  path: '/api/deployments/:id',
  summary: 'Delete a deployment',
  params: DeploymentId,
  query: OwnerQuery,
  reply: Success,
})

export const startDeployment = endpoint({
  method: 'POST',
  path: '/api/deployments/:id/start',
  summary: 'Start a deployment',
  description: 'This installation has no machine that serves models, so it is answered 503.',
  params: DeploymentId,
  query: OwnerQuery,
  reply: Success,
})
