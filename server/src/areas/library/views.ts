import type { z } from 'zod'
import type { Model, Project } from '#contract/library.ts'
import type { ModelRow } from './models/create-model.ts'
import type { ProjectRow } from './projects/ensure-project.ts'

/** A project as the API shows it. */
export const projectView = (
  project: ProjectRow,
  username: string,
  modelCount: number,
): z.input<typeof Project> => ({
  _id: project.id,
  name: project.name,
  slug: project.slug,
  ...(project.description ? { description: project.description } : {}),
  visibility: project.visibility,
  username,
  tags: project.tags,
  modelCount,
  createdAt: project.createdAt.toISOString(),
  updatedAt: project.updatedAt.toISOString(),
})

/** A model as the API shows it. `weightsBytes` is the size of its stored weights, when it has any. */
export const modelView = (
  model: ModelRow,
  project: ProjectRow,
  username: string,
  weightsBytes: number | null,
): z.input<typeof Model> => ({
  _id: model.id,
  name: model.name,
  slug: model.slug,
  projectId: project.id,
  projectSlug: project.slug,
  projectName: project.name,
  username,
  visibility: project.visibility,
  status: model.status,
  cancelRequested: model.cancelRequested,
  ...given({
    task: model.task,
    epochs: model.epochs,
    currentEpoch: model.currentEpoch,
    bestEpoch: model.bestEpoch,
    bestFitness: model.bestFitness,
    classNames: model.classNames,
  }),
  metrics: model.metrics,
  ...(weightsBytes === null
    ? {}
    : { weights: { name: weightsName(model), sizeBytes: weightsBytes, final: model.weightsFinal } }),
  createdAt: model.createdAt.toISOString(),
  updatedAt: model.updatedAt.toISOString(),
})

/** The file name of a model's weights (SPEC 15.6). */
export const weightsName = (model: { slug: string }): string => `${model.slug}.pt`

type Given<T> = { [K in keyof T]?: NonNullable<T[K]> }

/** Leaves out what the database holds no value for. */
const given = <T extends Record<string, unknown>>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Given<T>
