import type { z } from 'zod'
import type { Model } from '#contract/models.ts'
import type { Project } from '#contract/projects.ts'
import type { ListedModel, ProjectRow } from './table.ts'

/** What a row alone does not tell of a project. */
export type ProjectAround = { username: string; isStarred: boolean; imageUrl: string | null }

/** A project as lists show it. */
export const projectView = (
  project: ProjectRow,
  { username, isStarred, imageUrl }: ProjectAround,
): z.input<typeof Project> => ({
  _id: project.id,
  name: project.name,
  slug: project.slug,
  ...(project.description ? { description: project.description } : {}),
  visibility: project.visibility,
  username,
  tags: project.tags,
  ...given({
    license: project.license,
    iconColor: project.iconColor,
    iconLetter: project.iconLetter,
    imageUrl,
  }),
  licenseLocked: project.licenseLocked,
  archived: project.archived,
  starCount: project.starCount,
  isStarred,
  modelCount: project.modelCount,
  createdAt: project.createdAt.toISOString(),
  updatedAt: project.updatedAt.toISOString(),
})

/** What a row alone does not tell of a model. `weightsBytes` is the size of its stored weights, when it has any. */
export type ModelAround = {
  project: Pick<ProjectRow, 'id' | 'slug' | 'name' | 'visibility'>
  username: string
  weightsBytes: number | null
  isStarred: boolean
}

/** A model as lists show it. */
export const modelView = (
  model: ListedModel,
  { project, username, weightsBytes, isStarred }: ModelAround,
): z.input<typeof Model> => ({
  _id: model.id,
  name: model.name,
  slug: model.slug,
  projectId: project.id,
  projectSlug: project.slug,
  projectName: project.name,
  username,
  visibility: project.visibility,
  ...(model.description ? { description: model.description } : {}),
  status: model.status,
  cancelRequested: model.cancelRequested,
  ...given({
    color: model.color,
    task: model.task,
    epochs: model.epochs,
    currentEpoch: model.currentEpoch,
    bestEpoch: model.bestEpoch,
    bestFitness: model.bestFitness,
    classNames: model.classNames,
    license: model.license,
    version: model.version,
    datasetSlug: model.datasetSlug,
    trainingError: model.trainingError,
  }),
  metrics: model.metrics,
  ...(weightsBytes === null
    ? {}
    : { weights: { name: weightsName(model), sizeBytes: weightsBytes, final: model.weightsFinal } }),
  licenseLocked: model.licenseLocked,
  starCount: model.starCount,
  isStarred,
  downloadCount: model.downloadCount,
  createdAt: model.createdAt.toISOString(),
  updatedAt: model.updatedAt.toISOString(),
})

/** The file name of a model's weights (SPEC 15.6). */
export const weightsName = (model: { slug: string }): string => `${model.slug}.pt`

type Given<T> = { [K in keyof T]?: NonNullable<T[K]> }

/** Leaves out what the database holds no value for. */
export const given = <T extends Record<string, unknown>>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Given<T>
