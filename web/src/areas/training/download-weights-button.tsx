import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { bytes } from '../../ui/bytes.ts'
import { useVisitorMay } from '../accounts/visitor.ts'
import type { Model } from '../library/queries.ts'
import { useDownload } from '../library/use-download.ts'

/** The weights in one click, for whoever may have them. */
export const DownloadWeightsButton = ({ model }: { model: Model }) => {
  const isMember = useVisitorMay('library.download', model.username)
  const mayDownload = model.visibility === 'public' || isMember
  const download = useDownload(model)
  if (!mayDownload || !model.weights) return null
  return (
    <Button
      leftSection={<IconDownload size={17} stroke={1.7} />}
      onClick={() => download.mutate(undefined)}
      loading={download.isPending}
    >
      Download {model.weights.name} · {bytes(model.weights.sizeBytes)}
    </Button>
  )
}
