import { Badge, Button, Group, Loader, Radio, Stack, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { Region } from '#contract/common.ts'
import { regions as all } from '#contract/regions.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { type Latency, recommendedOf, useLatencies } from './region-latency.ts'
import { WorldMap } from './world-map.tsx'

type Props = {
  /** What this installation offers. */
  regions: Region[]
  /** The address to measure each of them by. */
  pings: Partial<Record<Region, string>>
  region?: Region
  error: unknown
  onChoose: (region: Region) => void
  onBack: () => void
  onDone: () => void
}

export const RegionStep = ({ regions, pings, region, error, onChoose, onBack, onDone }: Props) => {
  const latencies = useLatencies(regions, pings)
  const recommended = recommendedOf(latencies, Intl.DateTimeFormat().resolvedOptions().timeZone)
  const preselected = region ?? recommended ?? (regions.length === 1 ? regions[0] : undefined)
  useEffect(() => {
    if (!region && preselected) onChoose(preselected)
  }, [region, preselected, onChoose])

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (region) onDone()
      }}
    >
      <Stack gap="lg">
        <ErrorNote error={error} />
        <WorldMap offered={regions} region={region} />
        <Radio.Group
          value={region ?? null}
          onChange={(value) => onChoose(value as Region)}
          aria-label="Data region"
        >
          <Stack gap="sm">
            {regions.map((code) => (
              <RegionCard
                key={code}
                region={code}
                latency={latencies[code]}
                recommended={regions.length > 1 && code === recommended}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Group gap={8} wrap="nowrap" c="dimmed" align="flex-start">
          <IconLock size={16} stroke={1.7} style={{ flexShrink: 0, marginTop: 3 }} aria-hidden />
          <Text fz="sm">Your data stays in this region. It cannot be changed later.</Text>
        </Group>
        <Group justify="space-between">
          <Button variant="default" size="md" onClick={onBack}>
            Back
          </Button>
          <Button type="submit" size="md" disabled={!region}>
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const RegionCard = ({
  region,
  latency,
  recommended,
}: {
  region: Region
  latency?: Latency
  recommended: boolean
}) => (
  <Radio.Card value={region} className="gh-choice" radius="lg">
    <Group wrap="nowrap" align="center">
      <Radio.Indicator />
      <div style={{ flex: 1, minWidth: 0 }}>
        <Group justify="space-between" align="baseline" gap="sm" wrap="nowrap">
          <Group gap="2px 8px">
            <Text fw={600}>{all[region].label}</Text>
            {recommended && (
              <Badge size="sm" color="green">
                Recommended
              </Badge>
            )}
          </Group>
          <LatencyText latency={latency} />
        </Group>
        <Text fz="sm" c="dimmed">
          {all[region].location} · {all[region].suggestedFor}
        </Text>
      </div>
    </Group>
  </Radio.Card>
)

const LatencyText = ({ latency = { state: 'unknown' } }: { latency?: Latency }) => {
  switch (latency.state) {
    case 'measuring':
      return (
        <Group gap={6} c="dimmed" fz="xs" wrap="nowrap">
          <Loader size={12} /> Measuring…
        </Group>
      )
    case 'measured':
      return (
        <Text
          fz="sm"
          className="gh-tabular"
          style={{ whiteSpace: 'nowrap' }}
          title="Time until it answers you"
        >
          ≈ {latency.ms} ms
        </Text>
      )
    case 'unknown':
      return (
        <Text fz="xs" c="dimmed" ta="right">
          Could not be measured
        </Text>
      )
    default:
      return latency satisfies never
  }
}
