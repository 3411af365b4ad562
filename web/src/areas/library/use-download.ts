import { useMutation, useQueryClient } from '@tanstack/react-query'
import * as library from '#contract/library.ts'
import { ApiError, call } from '../../api/client.ts'
import { sentenceOf } from '../../api/problem.ts'
import { toast } from '../../ui/toast.tsx'
import { fetchModelFiles, type Model } from './queries.ts'

/** Fetches a fresh signed link when it is wanted, since links hold for an hour only; follows it and has the download counted. */
export const useDownload = (model: Pick<Model, '_id' | 'weights'>) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (name: string | undefined = model.weights?.name) => {
      const { files } = await fetchModelFiles(model._id)
      const file = files.find((each) => each.name === name) ?? files[0]
      if (!file) throw new ApiError(409, { error: 'No weights yet', reason: 'weights_not_ready' })
      const link = document.createElement('a')
      link.href = file.downloadUrl
      link.download = file.name
      link.click()
      // A number on the page, and no reason to trouble anybody.
      await call(library.trackDownload, { params: { id: model._id } }).catch(() => undefined)
      await client.invalidateQueries({ queryKey: ['model'] })
    },
    onError: (error) => toast(sentenceOf(error), { failed: true }),
  })
}
