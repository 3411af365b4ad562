import { Group, Progress, Text } from '@mantine/core'
import { epochsDone } from './epochs.ts'
import { isLive, type Model } from './queries.ts'

/** Epochs done out of all; a bar while it runs. */
export const RunProgress = ({ model }: { model: Model }) => {
  const { done, total } = epochsDone(model)
  if (total === undefined) return <Text c="dimmed">–</Text>
  return (
    <Group gap="sm" wrap="nowrap" className="gh-tabular">
      {isLive(model) && (
        <Progress value={(100 * done) / total} w={72} size="sm" aria-label={`${done} of ${total} epochs`} />
      )}
      <Text fz="sm">
        {done} / {total}
      </Text>
    </Group>
  )
}
