import { Group, Progress, Stack, Text } from '@mantine/core'
import { bytes } from '../../../ui/bytes.ts'
import type { Storage } from './queries.ts'
import { levelOf } from './storage-level.ts'

const looks = {
  roomy: { color: 'green.7', words: 'There is plenty of room.' },
  filling: { color: 'yellow.6', words: 'It is filling up.' },
  full: { color: 'red.7', words: 'It is almost full.' },
} as const

/** What is taken of what the plan allows, in words and as a bar. */
export const StorageBar = ({ usage: { storage } }: Pick<Storage, 'usage'>) => {
  const { current, limit, percent } = storage
  if (limit === 0) {
    return (
      <Text fz="sm" c="dimmed">
        <Used size={current} /> used. Your plan sets no limit.
      </Text>
    )
  }
  const { color, words } = looks[levelOf(percent)]
  const left = limit - current
  return (
    <Stack gap={8}>
      <Group justify="space-between" gap="xs">
        <Text fz="sm" c="dimmed" component="div">
          <Used size={current} /> of {bytes(limit)}
        </Text>
        <Text fz="sm" fw={560} className="gh-tabular">
          {current > 0 && percent === 0 ? 'under 0.1' : percent} %
        </Text>
      </Group>
      <Progress
        value={Math.min(100, percent)}
        color={color}
        size="lg"
        aria-label="Storage used, in percent"
        data-level={levelOf(percent)}
      />
      <Text fz="sm" c="dimmed">
        {left > 0
          ? `${words} ${bytes(left)} left.`
          : 'It is full: nothing more can be stored, and nothing is taken away.'}
      </Text>
    </Stack>
  )
}

const Used = ({ size }: { size: number }) => (
  <Text span fz="h3" fw={640} c="var(--mantine-color-text)" className="gh-tabular">
    {bytes(size)}
  </Text>
)
