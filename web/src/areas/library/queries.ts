import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import * as library from '#contract/library.ts'
import type { ModelSort, ProjectSort } from '#contract/library-fields.ts'
import { call } from '../../api/client.ts'
import { live } from '../activity/live-activity.ts'
import { type ListSearch, rowsOfPage } from './list-search.ts'

export type Project = Received<typeof library.listProjects>['projects'][number]
export type Model = Received<typeof library.getModel>['model']

/** Whether a run may still change by itself. */
export const isLive = (model: Pick<Model, 'status'>): boolean =>
  model.status === 'running' || model.status === 'starting' || model.status === 'pending'

const livePollMs = 2000

export const projectsShown = 24
export const modelsShown = 25

export const projectsQuery = () =>
  queryOptions({
    queryKey: ['projects'],
    queryFn: () => call(library.listProjects, { query: { limit: 500 } }),
  })

/** One page of the projects of the workspace. */
export const projectListQuery = ({ q, sort, page }: ListSearch<ProjectSort>) =>
  queryOptions({
    queryKey: ['projects', 'list', q ?? '', sort ?? 'updated', page ?? 1],
    queryFn: ({ signal }) =>
      call(library.listProjects, { query: { q, sort, ...rowsOfPage(page, projectsShown) }, signal }),
    placeholderData: keepPreviousData,
    meta: live,
    refetchInterval: 15_000,
  })

export const projectByPathQuery = (owner: string, project: string) =>
  queryOptions({
    queryKey: ['project', owner, project],
    queryFn: () => call(library.getProjectByPath, { params: { owner, project } }),
  })

/** One page of the models of a project. */
export const modelListQuery = (owner: string, project: string, { q, sort, page }: ListSearch<ModelSort>) =>
  queryOptions({
    queryKey: ['project', owner, project, 'models', q ?? '', sort ?? 'newest', page ?? 1],
    queryFn: ({ signal }) =>
      call(library.listModelsByPath, {
        params: { owner, project },
        query: { fields: 'summary', q, sort, ...rowsOfPage(page, modelsShown) },
        signal,
      }),
    placeholderData: keepPreviousData,
    meta: live,
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

export const modelFilesQuery = (id: string) =>
  queryOptions({
    queryKey: ['model-files', id],
    queryFn: async () => (await call(library.listModelFiles, { params: { id } })).files,
    // Signed links hold for an hour; the page asks for a fresh one when somebody wants it.
    staleTime: 10 * 60_000,
  })

/** Signed links hold for an hour; asked for when somebody wants one. */
export const fetchModelFiles = (id: string) => call(library.listModelFiles, { params: { id } })
