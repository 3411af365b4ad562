import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { CodeBlock } from '../../../ui/code-block.tsx'
import { TextLink } from '../../../ui/link-button.tsx'
import type { DatasetInFull } from './queries.ts'
import { Readiness } from './readiness.tsx'

/** What a training of each task begins with. */
const weights: Record<string, string> = {
  detect: 'yolo26n.pt',
  segment: 'yolo26n-seg.pt',
  classify: 'yolo26n-cls.pt',
  pose: 'yolo26n-pose.pt',
  obb: 'yolo26n-obb.pt',
}

/** How a training names a dataset. */
const UseTab = ({ dataset }: { dataset: DatasetInFull }) => {
  const address = `ul://${dataset.username}/datasets/${dataset.slug}`
  const model = weights[dataset.task] ?? 'yolo26n.pt'
  const python = [
    'from ultralytics import YOLO',
    '',
    `model = YOLO("${model}")`,
    `model.train(data="${address}", epochs=100)`,
  ].join('\n')
  const direct = `${window.location.origin}/api/webhooks/datasets/${dataset.username}/${dataset.slug}/export`
  const curl = [
    'curl -sL -H "authorization: Bearer $ULTRALYTICS_API_KEY" \\',
    `  -o ${dataset.slug}.ndjson \\`,
    `  ${direct}`,
  ].join('\n')
  return (
    <Stack gap="xl">
      <Readiness lacks={dataset.lacks} />
      <Way title="In a terminal">
        <CodeBlock
          code={`yolo train data=${address} model=${model} epochs=100`}
          what="the training command"
        />
      </Way>
      <Way title="In Python">
        <CodeBlock code={python} what="the Python lines" />
      </Way>
      <Way
        title="As a file"
        lead="NDJSON: the dataset in the first line, an image in each that follows, with links that hold for a day."
      >
        <CodeBlock code={curl} what="the curl command" />
      </Way>
      <Text fz="sm" c="dimmed">
        {dataset.visibility === 'private'
          ? 'It is private: the machine needs ULTRALYTICS_API_KEY, a key of this workspace that may read datasets.'
          : 'It is public: it loads with any key of this server.'}{' '}
        <TextLink to="/settings" search={{ tab: 'api-keys' }} inherit underline="always">
          Settings
        </TextLink>{' '}
        has keys, and shows how a machine finds this server.
      </Text>
    </Stack>
  )
}

const Way = ({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) => (
  <section>
    <Title order={2} fz="h3" mb={8}>
      {title}
    </Title>
    {lead && (
      <Text fz="sm" c="dimmed" mb={8}>
        {lead}
      </Text>
    )}
    {children}
  </section>
)

export default UseTab
