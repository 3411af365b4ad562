import { SegmentedControl, SimpleGrid, Skeleton, Stack } from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import type { Model } from '../library/queries.ts'
import { chartsOf, numbersOf, type Values } from './metric-charts.ts'
import { MetricsTable } from './metrics-table.tsx'
import type { Job } from './queries.ts'
import { ToldMetrics } from './told-metrics.tsx'

// Charts weigh more than the rest of the app together.
const LineFigure = lazy(() => import('./charts/line-figure.tsx'))

type Props = { training: UseQueryResult<Job | null>; live: boolean; model: Model }

/** What was measured after each epoch, as charts or as a table. */
export const MetricsTab = ({ training: { data: job, error, isPending, refetch }, live, model }: Props) => {
  const [view, setView] = useState('charts')
  const epochs = useMemo(() => (job ? epochsOf(job) : toldEpochsOf(model)), [job, model])
  const charts = useMemo(
    () => chartsOf(new Set(epochs.flatMap(({ values }) => Object.keys(values)))),
    [epochs],
  )

  if (isPending) return <Waiting />
  if (error && !job) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (epochs.length === 0) {
    const told = numbersOf(model.metrics)
    if (Object.keys(told).length > 0) return <ToldMetrics metrics={told} />
    return (
      <EmptyState icon={IconChartLine} title={live ? 'Waiting for the first epoch' : 'No metrics'}>
        {live ? 'Charts appear as soon as it ends.' : 'No epoch of this model was reported.'}
      </EmptyState>
    )
  }
  const rows = epochs.map(({ epoch, values }) => ({ epoch: epoch + 1, ...values }))
  return (
    <Stack>
      <SegmentedControl
        w="fit-content"
        size="xs"
        value={view}
        onChange={setView}
        data={[
          { value: 'charts', label: 'Charts' },
          { value: 'table', label: 'Table' },
        ]}
        aria-label="Show metrics as"
      />
      {view === 'table' ? (
        <MetricsTable rows={rows} charts={charts} />
      ) : (
        <Suspense fallback={<Waiting />}>
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            {charts.map(({ title, series }) => (
              <LineFigure
                key={title}
                title={title}
                data={rows}
                xKey="epoch"
                series={series.map(({ key, label }) => ({ name: key, label }))}
              />
            ))}
          </SimpleGrid>
        </Suspense>
      )}
    </Stack>
  )
}

type Epoch = { epoch: number; values: Values }

/** Of a model that was trained elsewhere, as somebody told it. */
const toldEpochsOf = ({ trainResults = [] }: Model): Epoch[] =>
  trainResults
    .map(({ epoch, metrics }) => ({ epoch, values: numbersOf(metrics) }))
    .sort((a, b) => a.epoch - b.epoch)

const epochsOf = (job: Job): Epoch[] =>
  job.epochMetrics
    .map(({ epoch, metrics, fitness }) => ({
      epoch,
      values: { ...numbersOf(metrics), ...(fitness !== null && { fitness }) },
    }))
    .sort((a, b) => a.epoch - b.epoch)

const Waiting = () => (
  <SimpleGrid cols={{ base: 1, md: 2 }} aria-hidden>
    {[1, 2, 3, 4].map((chart) => (
      <Skeleton key={chart} h={280} radius="lg" />
    ))}
  </SimpleGrid>
)
