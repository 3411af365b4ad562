import { z } from 'zod'
import { countInQuery, OwnerQuery, Region, ResourceId, Slug, Time } from './common.ts'
import { endpoint } from './endpoint.ts'

const Visibility = z.enum(['public', 'private'])

export const Project = z
  .object({
    _id: z.string(),
    name: z.string(),
    slug: z.string(),
    description: z.string().optional(),
    visibility: Visibility,
    username: z.string(),
    tags: z.array(z.string()),
    modelCount: z.number(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Project' })

export const runStatuses = [
  'pending',
  'untrained',
  'starting',
  'running',
  'completed',
  'failed',
  'cancelled',
] as const
export type RunStatus = (typeof runStatuses)[number]

/** A training client sends null where a number was not finite (SPEC 16.1). */
export const Metrics = z.record(z.string(), z.unknown())

export const Model = z
  .object({
    _id: z.string(),
    name: z.string(),
    slug: z.string(),
    projectId: z.string(),
    projectSlug: z.string(),
    projectName: z.string(),
    username: z.string(),
    visibility: Visibility,
    task: z.string().optional(),
    status: z.enum(runStatuses),
    /** True once Cancel was pressed and the client has not stopped yet. */
    cancelRequested: z.boolean(),
    epochs: z.number().optional(),
    currentEpoch: z.number().optional(),
    bestEpoch: z.number().optional(),
    bestFitness: z.number().optional(),
    metrics: Metrics,
    classNames: z.array(z.string()).optional(),
    weights: z.object({ name: z.string(), sizeBytes: z.number(), final: z.boolean() }).optional(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Model' })

const OneProject = z.object({ project: Project, models: z.array(Model), isOwner: z.boolean() })

/** One path segment: a resource id, a username or a slug, told apart as SPEC 15.1 says. */
const Segment = z.string().min(1).max(128)
const OwnerPath = { owner: Segment }

const ProjectList = z.object({ projects: z.array(Project), total: z.number(), region: Region })

export const listProjects = endpoint({
  method: 'GET',
  path: '/api/projects',
  summary: 'Projects of the workspace, or the public ones of `username`',
  query: OwnerQuery.extend({ username: z.string().max(64).optional(), limit: countInQuery(500, 20) }),
  reply: ProjectList,
})

export const getProject = endpoint({
  method: 'GET',
  path: '/api/projects/:id',
  summary: 'A project and its models, by id or by slug in the workspace',
  description: 'With the username of a person or team instead, the list of their projects.',
  params: z.strictObject({ id: Segment }),
  query: OwnerQuery,
  reply: z.union([OneProject, ProjectList]),
})

export const getProjectByPath = endpoint({
  method: 'GET',
  path: '/api/projects/:owner/:project',
  summary: 'A project and its models, by owner and slug',
  params: z.strictObject({ ...OwnerPath, project: Slug }),
  reply: OneProject,
})

export const listModels = endpoint({
  method: 'GET',
  path: '/api/models',
  summary: 'Models of a project, newest first',
  query: OwnerQuery.extend({ projectId: ResourceId, limit: countInQuery(100, 20) }),
  reply: z.object({ models: z.array(Model) }),
})

const OneModel = z.object({ model: Model, isOwner: z.boolean() })
const ModelId = z.strictObject({ id: ResourceId })

export const getModel = endpoint({
  method: 'GET',
  path: '/api/models/:id',
  summary: 'A model',
  params: ModelId,
  query: OwnerQuery,
  reply: OneModel,
})

export const getModelByPath = endpoint({
  method: 'GET',
  path: '/api/models/:owner/:project/:model',
  summary: 'A model, by owner, project and slug',
  params: z.strictObject({ ...OwnerPath, project: Slug, model: Slug }),
  reply: OneModel,
})

export const listModelFiles = endpoint({
  method: 'GET',
  path: '/api/models/:id/files',
  summary: 'Signed links to the files of a model, good for one hour',
  params: ModelId,
  query: OwnerQuery,
  reply: z.object({
    files: z.array(z.object({ name: z.string(), size: z.number(), downloadUrl: z.string() })),
  }),
})
