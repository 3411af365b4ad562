import { Button, Stack, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { sentenceOf } from '../../../api/problem.ts'
import { bytes } from '../../../ui/bytes.ts'
import { useRecalculate } from './queries.ts'

/** Has the files counted again, and tells beside it how that went. */
export const RecalculateButton = () => {
  const recalculate = useRecalculate()
  const { data, error } = recalculate
  return (
    <Stack gap={4} align="flex-end">
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRefresh size={15} stroke={1.8} aria-hidden />}
        onClick={() => recalculate.mutate()}
        loading={recalculate.isPending}
      >
        Recalculate
      </Button>
      <Text fz="xs" c="dimmed" ta="right" role="status" component="div">
        {error && sentenceOf(error)}
        {data &&
          (data.correctedBytes === 0 ? 'Counted again: it was right.' : corrected(data.correctedBytes))}
      </Text>
    </Stack>
  )
}

const corrected = (off: number): string =>
  `Counted again: it was off by ${bytes(Math.abs(off))}, and is right now.`
