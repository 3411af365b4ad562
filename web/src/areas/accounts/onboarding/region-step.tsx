import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { Region } from '#contract/common.ts'
import { regions as all } from '#contract/regions.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { WorldDots } from './world-dots.tsx'

type Props = {
  /** What this installation offers. */
  regions: Region[]
  region?: Region
  error: unknown
  onChoose: (region: Region) => void
  onBack: () => void
  onDone: () => void
}

export const RegionStep = ({ regions, region, error, onChoose, onBack, onDone }: Props) => (
  <form
    onSubmit={(event) => {
      event.preventDefault()
      if (region) onDone()
    }}
  >
    <Stack gap="lg">
      <ErrorNote error={error} />
      <WorldDots region={region} />
      <Radio.Group
        value={region ?? null}
        onChange={(value) => onChoose(value as Region)}
        aria-label="Data region"
      >
        <Stack gap="sm">
          {regions.map((code) => (
            <Radio.Card key={code} value={code} className="gh-choice" radius="lg">
              <Group wrap="nowrap" align="center">
                <Radio.Indicator />
                <div>
                  <Text fw={600}>{all[code].label}</Text>
                  <Text fz="sm" c="dimmed">
                    {all[code].location} · {all[code].suggestedFor}
                  </Text>
                </div>
              </Group>
            </Radio.Card>
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
