import { Alert, Button, Card, Collapse, Group, List, Progress, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertCircle, IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import type { SkipReason } from '#contract/dataset-fields.ts'
import { counted } from '../../../ui/counted.ts'
import { outcomeWords, percentOfJob, progressWords, skipWords } from './dataset-words.ts'
import type { DatasetJob } from './queries.ts'

/** How far the last job of a dataset has come, and what came of it. */
export const JobCard = ({ job }: { job: DatasetJob }) => {
  const [closed, setClosed] = useState(false)
  if (closed) return null
  if (job.status === 'failed') return <FailedJob job={job} onClose={() => setClosed(true)} />
  if (job.status === 'completed')
    return leftSomething(job) || isRecent(job) ? <DoneJob job={job} onClose={() => setClosed(true)} /> : null
  return <RunningJob job={job} />
}

const leftSomething = ({ skipped, report }: DatasetJob): boolean => skipped > 0 || (report.badLabels ?? 0) > 0

/** What went well is told for a while and then no longer of interest. */
const recentMs = 10 * 60_000
const isRecent = ({ endedAt }: DatasetJob): boolean =>
  endedAt !== undefined && Date.now() - new Date(endedAt).getTime() < recentMs

const RunningJob = ({ job }: { job: DatasetJob }) => {
  const percent = percentOfJob(job)
  const title = job.kind === 'clone' ? 'The images are being copied' : 'The file is being taken in'
  return (
    <Card component="section" aria-label={title}>
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Text fw={560}>{title}</Text>
          <Text fz="sm" c="dimmed" className="gh-tabular">
            {percent !== undefined && `${percent} %`}
          </Text>
        </Group>
        <Progress
          value={percent ?? 100}
          size="md"
          striped={percent === undefined}
          animated={percent === undefined}
          aria-label={title}
        />
        <Text fz="sm" c="dimmed" className="gh-tabular" role="status">
          {progressWords(job)}
          {job.skipped > 0 && ` · ${job.skipped.toLocaleString('en')} left out`}
        </Text>
        <Text fz="sm" c="dimmed">
          You can leave this page. All of it appears at once when it is done.
        </Text>
      </Stack>
    </Card>
  )
}

const DoneJob = ({ job, onClose }: { job: DatasetJob; onClose: () => void }) => {
  const [opened, details] = useDisclosure()
  return (
    <Card component="section" aria-label="What was taken in" py="md">
      <Group justify="space-between" gap="sm">
        <Group gap={8} wrap="nowrap">
          <IconCheck size={18} color="var(--gh-accent)" aria-hidden style={{ flexShrink: 0 }} />
          <Text fz="sm" role="status">
            {outcomeWords(job)}
          </Text>
        </Group>
        <Group gap="xs">
          {leftSomething(job) && (
            <Button variant="default" size="xs" onClick={details.toggle} aria-expanded={opened}>
              {opened ? 'Hide what was left out' : 'What was left out'}
            </Button>
          )}
          <Button variant="subtle" color="gray" size="xs" onClick={onClose}>
            Dismiss
          </Button>
        </Group>
      </Group>
      <Collapse expanded={opened}>
        <Report job={job} />
      </Collapse>
    </Card>
  )
}

const FailedJob = ({ job, onClose }: { job: DatasetJob; onClose: () => void }) => (
  <Alert
    color="red"
    icon={<IconAlertCircle size={18} />}
    title={job.kind === 'clone' ? 'The copy could not be made' : 'The file could not be taken in'}
    role="alert"
    variant="light"
    withCloseButton
    closeButtonLabel="Dismiss"
    onClose={onClose}
  >
    <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
      {asSentence(job.error ?? 'Something went wrong on our side')}{' '}
      {job.kind === 'clone'
        ? 'Once the cause is gone, delete this dataset and copy the original again.'
        : 'The dataset is as it was before. Once the cause is gone, add the file again.'}
    </Text>
    <Report job={job} />
  </Alert>
)

const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

const Report = ({ job: { report } }: { job: DatasetJob }) => {
  const skipped = Object.entries(report.skipped ?? {}) as [SkipReason, number][]
  if (skipped.length === 0 && !report.badLabels) return null
  return (
    <Stack gap="xs" mt="sm">
      <List size="sm" spacing={4}>
        {skipped.map(([reason, count]) => (
          <List.Item key={reason}>
            {count.toLocaleString('en')} {skipWords[reason]}
          </List.Item>
        ))}
        {Boolean(report.badLabels) && (
          <List.Item>
            {counted(report.badLabels ?? 0, 'line')} of labels that say nothing valid; their images are in
          </List.Item>
        )}
      </List>
      {report.examples && report.examples.length > 0 && (
        <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          For example{' '}
          {report.examples
            .slice(0, 5)
            .map(({ file }) => file)
            .join(', ')}
        </Text>
      )}
    </Stack>
  )
}
