import { Box, Card, Group, Progress, SimpleGrid, Skeleton, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Moment } from '../../ui/moment.tsx'
import { duration } from '../../ui/time.ts'
import { epochsDone, fitnessText } from '../library/epochs.ts'
import { isLive, type Model } from '../library/queries.ts'
import type { Job } from './queries.ts'

const timeLeft = (job: Job | undefined, done: number, total: number): string => {
  if (done >= total) return 'finishing up'
  const etaMs = job?.timing.etaMs ?? null
  if (etaMs === null) return 'just started'
  return etaMs < 1000 ? 'slower than before' : `about ${duration(etaMs)} left`
}

/** A client names its best epoch only at the end; until then it is the one that measured best so far. */
const bestEpochText = ({ bestEpoch }: Model, job: Job | undefined): string => {
  if (bestEpoch !== undefined) return String(bestEpoch + 1)
  const measured = (job?.epochMetrics ?? []).filter(({ fitness }) => fitness !== null)
  if (measured.length === 0) return '–'
  return String(measured.reduce((best, next) => (next.fitness! > best.fitness! ? next : best)).epoch + 1)
}

/** How far the run is, and its few telling numbers. */
export const RunSummary = ({ model, job, loading }: { model: Model; job?: Job; loading: boolean }) => {
  if (loading) return <Skeleton h={128} radius="lg" mb="xl" />
  const { done, total } = epochsDone(model)
  const live = isLive(model)
  const device = job?.compute.gpuDisplayName ?? job?.compute.gpuType ?? job?.device
  const facts: [string, ReactNode][] = [
    ['Epochs', total === undefined ? String(done) : `${done} of ${total}`],
    ['Best fitness', fitnessText(model.bestFitness)],
    ['Best epoch', bestEpochText(model, job)],
    [live ? 'Running for' : 'Took', job && job.timing.elapsedMs > 0 ? duration(job.timing.elapsedMs) : '–'],
    ['Device', device || '–'],
    [
      live ? 'Started' : 'Updated',
      <Moment key="at" at={(live && job?.progress.startedAt) || model.updatedAt} />,
    ],
  ]
  return (
    <Card mb="xl">
      {live && total !== undefined && (
        <Box mb="lg">
          <Group justify="space-between" mb={8}>
            <Text fz="sm" fw={560}>
              {model.cancelRequested
                ? 'Stopping at the next check'
                : `Epoch ${Math.min(done + 1, total)} of ${total}`}
            </Text>
            <Text fz="sm" c="dimmed" className="gh-tabular">
              {model.cancelRequested ? '' : timeLeft(job, done, total)}
            </Text>
          </Group>
          <Progress
            value={(100 * done) / total}
            size="md"
            aria-label={`${done} of ${total} epochs done`}
            striped
            animated={!model.cancelRequested}
          />
        </Box>
      )}
      <SimpleGrid component="dl" cols={{ base: 2, xs: 3, md: 6 }} spacing="md" verticalSpacing="md" m={0}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" fz="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} mt={2} fw={600} fz="sm" className="gh-tabular" lineClamp={2}>
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Card>
  )
}
