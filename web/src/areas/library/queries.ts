import { queryOptions } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import * as library from '#contract/library.ts'
import { call } from '../../api/client.ts'

export type Project = Received<typeof library.listProjects>['projects'][number]
export type Model = Received<typeof library.getModel>['model']

/** Whether a run may still change by itself. */
export const isLive = (model: Pick<Model, 'status'>): boolean =>
  model.status === 'running' || model.status === 'starting' || model.status === 'pending'

const livePollMs = 2000

export const projectsQuery = () =>
  queryOptions({
    queryKey: ['projects'],
    queryFn: () => call(library.listProjects, { query: { limit: 500 } }),
  })

export const projectByPathQuery = (owner: string, project: string) =>
  queryOptions({
    queryKey: ['project', owner, project],
    queryFn: () => call(library.getProjectByPath, { params: { owner, project } }),
    refetchInterval: ({ state }) => (state.data?.models.some(isLive) ? livePollMs : false),
  })

export const modelsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['models', projectId],
    queryFn: () => call(library.listModels, { query: { projectId, limit: 10 } }),
    refetchInterval: ({ state }) => (state.data?.models.some(isLive) ? livePollMs : false),
  })

export const modelByPathQuery = (owner: string, project: string, model: string) =>
  queryOptions({
    queryKey: ['model', owner, project, model],
    queryFn: () => call(library.getModelByPath, { params: { owner, project, model } }),
    refetchInterval: ({ state }) => (state.data && isLive(state.data.model) ? livePollMs : false),
  })

/** Signed links hold for an hour; asked for when somebody wants one. */
export const fetchModelFiles = (id: string) => call(library.listModelFiles, { params: { id } })
