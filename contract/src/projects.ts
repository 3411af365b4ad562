import { z } from 'zod'
import { countInQuery, OwnerQuery, Region, ResourceId, Slug, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'
import {
  bounded,
  Description,
  IconColor,
  IconLetter,
  License,
  ListOffset,
  ListSearch,
  projectSorts,
  Segment,
  Title,
  Visibility,
} from './library-fields.ts'
import { Model } from './models.ts'

const Tags = z.array(z.string().trim().min(1).max(50)).max(50)
const Metadata = bounded(16 * 1024)
const ViewPreferences = bounded(8 * 1024)

export const Project = z
  .object({
    _id: z.string(),
    name: z.string(),
    slug: z.string(),
    description: z.string().optional(),
    visibility: Visibility,
    username: z.string(),
    tags: z.array(z.string()),
    license: z.string().optional(),
    /** True where a copyleft licence came with the copy. */
    licenseLocked: z.boolean(),
    archived: z.boolean(),
    iconColor: z.string().optional(),
    iconLetter: z.string().optional(),
    imageUrl: z.string().optional(),
    starCount: z.number(),
    isStarred: z.boolean(),
    modelCount: z.number(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Project' })

const ProjectInFull = Project.extend({
  metadata: z.record(z.string(), z.unknown()),
  viewPreferences: z.record(z.string(), z.unknown()),
}).meta({ id: 'ProjectInFull' })

const OneProject = z.object({ project: ProjectInFull, models: z.array(Model), isOwner: z.boolean() })
const ProjectList = z.object({
  projects: z.array(Project),
  total: z.number(),
  region: Region,
  nextCursor: z.string().optional(),
})

/** One path segment: an id, or the slug of a project in the workspace (SPEC 15.1). */
const ProjectParam = z.strictObject({ id: Segment })
const ProjectPath = z.strictObject({ owner: Segment, project: Slug })
const ProjectId = z.strictObject({ id: ResourceId })

export const listProjects = endpoint({
  method: 'GET',
  path: '/api/projects',
  summary: 'Projects of the workspace, or the public ones of `username`',
  description:
    'Last changed first unless `sort` says otherwise. `total` counts what `q` finds. Pages continue by `cursor` in the first order, by `offset` in all.',
  query: OwnerQuery.extend({
    username: z.string().max(64).optional(),
    limit: countInQuery(500, 20),
    /** Continue after the last project of an earlier answer; not with another `sort`, nor with `offset`. */
    cursor: z.string().max(100).optional(),
    visibility: Visibility.optional(),
    q: ListSearch.optional(),
    sort: z.enum(projectSorts).default('updated'),
    offset: ListOffset.default(0),
  }),
  reply: ProjectList,
})

export const getProject = endpoint({
  method: 'GET',
  path: '/api/projects/:id',
  summary: 'A project and its models, by id or by slug in the workspace',
  description: 'With the username of a person or team instead, the list of their projects.',
  params: ProjectParam,
  query: OwnerQuery,
  reply: z.union([OneProject, ProjectList]),
})

export const getProjectByPath = endpoint({
  method: 'GET',
  path: '/api/projects/:owner/:project',
  summary: 'A project and its models, by owner and slug',
  params: ProjectPath,
  reply: OneProject,
})

const NewProject = z.strictObject({
  /** Its URL name. Made from the name, and made free, when left out. */
  slug: Slug.optional(),
  /** The same, as newer clients call it. */
  project: Slug.optional(),
  name: Title.optional(),
  description: Description.optional(),
  visibility: Visibility.optional(),
  tags: Tags.optional(),
  license: License.optional(),
  metadata: Metadata.optional(),
})
export type NewProject = z.output<typeof NewProject>

const CreatedProject = z.object({
  projectId: z.string(),
  id: z.string(),
  slug: z.string(),
  owner: z.string(),
  project: z.string(),
  region: Region,
})

export const createProject = endpoint({
  method: 'POST',
  path: '/api/projects',
  summary: 'Make a project',
  description:
    'Public unless told otherwise; in Enterprise workspaces private, under the licence Ultralytics-Enterprise. A slug that is taken is refused.',
  query: OwnerQuery,
  body: NewProject.extend({ owner: z.string().min(1).max(64).optional() }),
  status: 201,
  reply: CreatedProject,
})

export const createProjectOf = endpoint({
  method: 'POST',
  path: '/api/projects/:owner',
  summary: 'Make a project in the workspace of `owner`',
  params: z.strictObject({ owner: Segment }),
  body: NewProject,
  status: 201,
  reply: CreatedProject,
})

const ProjectChange = z.strictObject({
  name: Title.optional(),
  description: Description.optional(),
  visibility: Visibility.optional(),
  metadata: Metadata.optional(),
  tags: Tags.optional(),
  license: License.optional(),
  archived: z.boolean().optional(),
  iconColor: IconColor.optional(),
  iconLetter: IconLetter.optional(),
  viewPreferences: ViewPreferences.optional(),
  /** Your own star. Also for public projects of others; send it alone then. */
  starred: z.boolean().optional(),
})
export type ProjectChange = z.output<typeof ProjectChange>

const changing = {
  body: ProjectChange,
  reply: z.object({ success: z.literal(true), slug: z.string() }),
}

export const updateProject = endpoint({
  method: 'PATCH',
  path: '/api/projects/:id',
  summary: 'Change a project; send only what changes',
  description:
    'A new name moves the slug with it. What others already follow to the old address is not redirected.',
  params: ProjectParam,
  query: OwnerQuery,
  ...changing,
})

export const updateProjectByPath = endpoint({
  method: 'PATCH',
  path: '/api/projects/:owner/:project',
  summary: 'Change a project, by owner and slug',
  params: ProjectPath,
  ...changing,
})

const CloneProject = z.strictObject({
  slug: Slug.optional(),
  name: Title.optional(),
  description: Description.optional(),
  visibility: Visibility.optional(),
  license: License.optional(),
  /** The workspace that the copy goes to. */
  owner: z.string().min(1).max(64).optional(),
})
export type CloneProject = z.output<typeof CloneProject>

const cloning = {
  body: CloneProject,
  status: 201,
  reply: CreatedProject.extend({ clonedModels: z.number() }),
} as const

export const cloneProject = endpoint({
  method: 'POST',
  path: '/api/projects/:id/clone',
  summary: 'Copy a project and its completed models into your workspace',
  description:
    'Of public projects, and of those whose models you may download. A copyleft licence comes with the copy and stays. Weights follow in the background; their size counts at once.',
  params: ProjectId,
  query: OwnerQuery,
  ...cloning,
})

export const cloneProjectByPath = endpoint({
  method: 'POST',
  path: '/api/projects/:username/:project/clone',
  summary: 'Copy a project, by the owner and slug of the original',
  params: z.strictObject({ username: Segment, project: Slug }),
  query: OwnerQuery,
  ...cloning,
})

const iconSet = { reply: z.object({ success: z.literal(true), downloadUrl: z.string() }) }
const iconForm =
  'multipart/form-data with the file in `image`: PNG, JPEG or WebP up to 5 MB. It is cut to a square and stored as WebP.'

export const setProjectIcon = endpoint({
  method: 'POST',
  path: '/api/projects/:id/icon',
  summary: 'Set the picture of a project',
  description: iconForm,
  params: ProjectId,
  query: OwnerQuery,
  ...iconSet,
})

export const setProjectIconByPath = endpoint({
  method: 'POST',
  path: '/api/projects/:owner/:project/icon',
  summary: 'Set the picture of a project, by owner and slug',
  description: iconForm,
  params: ProjectPath,
  ...iconSet,
})

export const removeProjectIcon = endpoint({
  method: 'DELETE',
  path: '/api/projects/:id/icon',
  summary: 'Take the picture of a project away',
  params: ProjectId,
  query: OwnerQuery,
  reply: Success,
})

export const removeProjectIconByPath = endpoint({
  method: 'DELETE',
  path: '/api/projects/:owner/:project/icon',
  summary: 'Take the picture of a project away, by owner and slug',
  params: ProjectPath,
  reply: Success,
})
