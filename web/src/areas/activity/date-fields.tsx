import { Group, TextInput } from '@mantine/core'
import type { ActivitySearch } from './activity-search.ts'

/** Two days of the reader's own calendar, both included; either may be left open. */
export const DateFields = ({
  search: { from, to },
  onChange,
}: {
  search: ActivitySearch
  onChange: (change: ActivitySearch) => void
}) => {
  const isTurned = from !== undefined && to !== undefined && to < from
  return (
    <Group gap="sm" mt="sm" align="flex-start">
      <TextInput
        type="date"
        label="First day"
        value={from ?? ''}
        max="2999-12-31"
        onChange={(event) => onChange({ from: event.currentTarget.value || undefined, range: undefined })}
      />
      <TextInput
        type="date"
        label="Last day"
        value={to ?? ''}
        max="2999-12-31"
        error={isTurned && 'Lies before the first day'}
        onChange={(event) => onChange({ to: event.currentTarget.value || undefined, range: undefined })}
      />
    </Group>
  )
}
