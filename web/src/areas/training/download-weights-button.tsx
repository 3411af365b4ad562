import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { ApiError } from '../../api/client.ts'
import { sentenceOf } from '../../api/problem.ts'
import { bytes } from '../../ui/bytes.ts'
import { toast } from '../../ui/toast.tsx'
import { useVisitorMay } from '../accounts/visitor.ts'
import { fetchModelFiles, type Model } from '../library/queries.ts'

/** Fetches a fresh signed link when it is wanted, since links hold for an hour only. */
export const DownloadWeightsButton = ({ model }: { model: Model }) => {
  const isMember = useVisitorMay('library.download', model.username)
  const mayDownload = model.visibility === 'public' || isMember
  const download = useMutation({
    mutationFn: async () => {
      const { files } = await fetchModelFiles(model._id)
      const file = files.find(({ name }) => name === model.weights?.name) ?? files[0]
      if (!file) throw new ApiError(409, { error: 'No weights yet', reason: 'weights_not_ready' })
      const link = document.createElement('a')
      link.href = file.downloadUrl
      link.download = file.name
      link.click()
    },
    onError: (error) => toast(sentenceOf(error), { failed: true }),
  })
  if (!mayDownload || !model.weights) return null
  return (
    <Button
      leftSection={<IconDownload size={17} stroke={1.7} />}
      onClick={() => download.mutate()}
      loading={download.isPending}
    >
      Download {model.weights.name} · {bytes(model.weights.sizeBytes)}
    </Button>
  )
}
