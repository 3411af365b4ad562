import { Card, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { type Plot, readPlot } from './curves.ts'
import { MatrixFigure } from './matrix-figure.tsx'

const LineFigure = lazy(() => import('./charts/line-figure.tsx'))

/** Curves and matrices a finished run reported. */
export const PlotsTab = ({ plots, classNames }: { plots: unknown[]; classNames: string[] }) => {
  const read = plots.map((plot) => readPlot(plot, classNames))
  const drawn = read.filter((plot) => plot !== undefined)
  const left = read.length - drawn.length
  return (
    <Stack>
      <Suspense fallback={<Skeleton h={280} radius="lg" />}>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          {drawn.map((plot, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: plots have no identity and do not move
            <Figure key={index} plot={plot} />
          ))}
        </SimpleGrid>
      </Suspense>
      {left > 0 && (
        <Card>
          <Text c="dimmed" fz="sm">
            {left === 1 ? 'One more plot is' : `${left} more plots are`} in a form this page cannot draw. The
            API gives everything as it was sent.
          </Text>
        </Card>
      )}
    </Stack>
  )
}

const Figure = ({ plot }: { plot: Plot }) => {
  if (plot.kind === 'matrix') return <MatrixFigure {...plot} />
  const data = plot.x
    .map((x, index) => ({
      x: Number(x.toFixed(4)),
      ...Object.fromEntries(plot.curves.map(({ label, y }) => [label, y[index] ?? null])),
    }))
    .filter(({ x }) => Number.isFinite(x))
  return (
    <LineFigure
      title={plot.title}
      note={plot.note}
      data={data}
      xKey="x"
      series={plot.curves.map(({ label }) => ({ name: label, label }))}
    />
  )
}
