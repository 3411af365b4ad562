import { Button, Card, CloseButton, Group, Stack, Text, Title } from '@mantine/core'
import { IconHourglass } from '@tabler/icons-react'
import { useState } from 'react'
import { datasetEndings } from '#contract/uploads.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import type { Me } from '../../accounts/queries.ts'
import { UploadBox } from '../uploads/upload-box.tsx'
import { listed } from '../uploads/upload-words.ts'
import type { DatasetInFull } from './queries.ts'
import { TakingFields } from './taking-fields.tsx'
import { emptyTaking, optionsOf } from './taking-options.ts'
import { useTakingIn } from './use-taking-in.ts'

type Props = { dataset: DatasetInFull; me: Me; onClose: (() => void) | undefined }

const sizeMax = { free: '10 GB', pro: '20 GB', enterprise: '50 GB' }

/** Takes a file of images and labels: how it is to be taken in, then its upload, then whatever keeps it waiting. */
export const AddImages = ({ dataset, me, onClose }: Props) => {
  const [taking, setTaking] = useState(emptyTaking)
  const { begin, waiting, again, isPending, error } = useTakingIn(dataset, me, optionsOf(taking))
  return (
    <Card component="section" aria-labelledby="add-images">
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} fz="h3" id="add-images">
            Add images
          </Title>
          {onClose && !waiting && <CloseButton aria-label="Close" onClick={onClose} />}
        </Group>
        <UploadBox
          me={me}
          asset={{ assetType: 'datasets', assetId: dataset._id }}
          endings={datasetEndings}
          label="Choose a file"
          hint={
            <>
              Drop a {listed(datasetEndings)} file here, of at most {sizeMax[me.workspace.plan]}. Archives
              hold images with labels in the YOLO layout: <code>images/train</code> beside{' '}
              <code>labels/train</code>, and a <code>data.yaml</code> with the names of the classes; folders
              named after classes where the task is to classify. Images alone will do, too.
            </>
          }
          onDone={(sessionId, file) => {
            begin(sessionId, file)
            return 'leave'
          }}
        />
        {waiting && (
          <Group gap="sm" justify="space-between">
            <Group gap={8} wrap="nowrap">
              <IconHourglass size={18} stroke={1.7} aria-hidden style={{ flexShrink: 0 }} />
              <Text fz="sm" role="status" style={{ overflowWrap: 'anywhere' }}>
                {waiting.name} is here and {isPending ? 'is about to be taken in.' : 'waits to be taken in.'}
              </Text>
            </Group>
            {error !== null && (
              <Button size="xs" variant="default" onClick={again} loading={isPending}>
                Try again
              </Button>
            )}
          </Group>
        )}
        <ErrorNote error={error} />
        <TakingFields dataset={dataset} taking={taking} onChange={setTaking} />
      </Stack>
    </Card>
  )
}
