import { Card, CloseButton, Group, Progress, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { explained, sentenceOf } from '../../api/problem.ts'
import { counted } from '../../ui/counted.ts'
import { emptyingQuery, refreshAround } from './queries.ts'

/** How far an emptying has come, until somebody has read that it is over. */
export const EmptyingNote = ({ jobId, onClose }: { jobId: string; onClose: () => void }) => {
  const client = useQueryClient()
  const { data, error } = useQuery(emptyingQuery(jobId))
  const finished = data?.finished
  useEffect(() => {
    // Storage counts less from now on.
    if (finished) void refreshAround(client)
  }, [finished, client])
  if (!data && !error) return null
  const { done, total } = data ?? { done: 0, total: 0 }
  return (
    <Card p="md" className="gh-emptying">
      <Group justify="space-between" wrap="nowrap" gap="sm" mih={28}>
        <Text fz="sm" fw={560} role="status">
          {finished && `Emptying is over: ${counted(total, 'item')} gone for good.`}
          {!finished && error && sentenceOf(explained(error, words))}
          {!finished && !error && 'Emptying the trash. You can leave this page; it goes on by itself.'}
        </Text>
        {(finished || error) && <CloseButton size="sm" aria-label="Dismiss" onClick={onClose} />}
      </Group>
      {data && !finished && (
        <Group gap="sm" wrap="nowrap" mt={8}>
          <Progress value={(100 * done) / Math.max(1, total)} flex={1} aria-label="Items removed" />
          <Text fz="sm" c="dimmed" className="gh-tabular">
            {done.toLocaleString('en')} of {counted(total, 'item')}
          </Text>
        </Group>
      )}
    </Card>
  )
}

const words = {
  trash_job_not_found: {
    title: 'That emptying was over long ago',
    advice: 'What still lies in the trash is shown below.',
  },
}
