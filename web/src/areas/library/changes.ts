import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { updateDataset } from '#contract/datasets.ts'
import type { Input } from '#contract/endpoint.ts'
import { ErrorReply } from '#contract/errors.ts'
import * as library from '#contract/library.ts'
import { restoreTrash, type TrashType, trashDataset, trashModel, trashProject } from '#contract/trash.ts'
import { ApiError, addressOf, call } from '../../api/client.ts'

/* Everything that changes projects and models, and what datasets share with them. After each, whatever shows them is asked for again. */

const shownIn = [
  'projects',
  'project',
  'models',
  'model',
  'model-files',
  'datasets',
  'dataset',
  'dataset-images',
  'dataset-versions',
  'explore',
  'public-projects',
  'storage',
  'trash',
]

export const refreshLibrary = (client: QueryClient): Promise<unknown> =>
  Promise.all(shownIn.map((key) => client.invalidateQueries({ queryKey: [key] })))

/** A change of the library. */
export const useChange = <In, Out>(mutationFn: (input: In) => Promise<Out>) => {
  const client = useQueryClient()
  return useMutation({ mutationFn, onSuccess: () => void refreshLibrary(client) })
}

type NewProject = Input<typeof library.createProject, 'body'>
export type ProjectChange = Input<typeof library.updateProject, 'body'>
type NewModel = Input<typeof library.createModel, 'body'>
export type ModelChange = Input<typeof library.updateModel, 'body'>

export const useCreateProject = () => useChange((body: NewProject) => call(library.createProject, { body }))

export const useUpdateProject = (id: string) =>
  useChange((body: ProjectChange) => call(library.updateProject, { params: { id }, body }))

export const useCloneProject = (id: string) =>
  useChange((body: Input<typeof library.cloneProject, 'body'>) =>
    call(library.cloneProject, { params: { id }, body }),
  )

export const useCreateModel = () => useChange((body: NewModel) => call(library.createModel, { body }))

export const useUpdateModel = (id: string) =>
  useChange((body: ModelChange) => call(library.updateModel, { params: { id }, body }))

export const useCloneModel = (id: string) =>
  useChange((body: Input<typeof library.cloneModel, 'body'>) =>
    call(library.cloneModel, { params: { id }, body }),
  )

/** Moves something to the trash. What shows it asks again only once the page has left it. */
export const useTrash = (type: TrashType, id: string) =>
  useMutation({
    mutationFn: async () => {
      if (type === 'project') return (await call(trashProject, { params: { id } })).cascadedModels
      await call(type === 'model' ? trashModel : trashDataset, { params: { id } })
      return 0
    },
  })

export const useRestore = () =>
  useChange((body: { id: string; type: TrashType }) => call(restoreTrash, { body }))

type Starred = { kind: 'project' | 'model' | 'dataset'; id: string; username: string }

/** Gives or takes the star of `username`, who is signed in. It is theirs alone, whatever their role in the workspace they act in: so it
 *  is given from their own. */
export const useStar = ({ kind, id, username }: Starred) =>
  useChange(async (starred: boolean) => {
    const request = { params: { id }, query: { owner: username }, body: { starred } }
    if (kind === 'dataset') await call(updateDataset, request)
    else
      await (kind === 'project' ? call(library.updateProject, request) : call(library.updateModel, request))
  })

/** Sends a picture as a project's icon. Not by `call`, which sends JSON. */
const uploadProjectIcon = async (id: string, picture: File): Promise<void> => {
  const body = new FormData()
  body.append('image', picture)
  const answer = await fetch(addressOf(library.setProjectIcon, { params: { id } }), {
    method: 'POST',
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
    body,
  }).catch(() => undefined)
  if (!answer) throw new ApiError(0, { error: 'No answer', reason: 'no_answer' })
  if (answer.ok) return
  const refusal = ErrorReply.safeParse(await answer.json().catch(() => undefined))
  if (refusal.success) throw new ApiError(answer.status, refusal.data)
  throw new ApiError(answer.status, { error: answer.statusText, reason: 'unexpected_reply' })
}

export const useProjectIcon = (id: string) => ({
  upload: useChange((picture: File) => uploadProjectIcon(id, picture)),
  removal: useChange((_: undefined) => call(library.removeProjectIcon, { params: { id } })),
})
