import { Box, CloseButton, Group, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { ActivityGroup } from '#contract/activity.ts'
import { SearchField } from '../../ui/search-field.tsx'
import { type ActivitySearch, isNarrowed, type Range } from './activity-search.ts'
import { DateFields } from './date-fields.tsx'

type Props = {
  search: ActivitySearch
  onChange: (change: ActivitySearch, replace?: boolean) => void
}

const groups: Record<ActivityGroup | '', string> = {
  '': 'All types',
  training: 'Training',
  uploads: 'Uploads',
  exports: 'Exports and deployments',
  library: 'Projects, datasets, models',
  system: 'Settings and keys',
}

const ranges: Record<Range | 'month' | 'custom', string> = {
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  year: 'Last 12 months',
  all: 'All time',
  custom: 'Between dates…',
}

const options = (labels: Record<string, string>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }))

const noFilters = { search: undefined, type: undefined, range: undefined, from: undefined, to: undefined }

/** What part of a tab is shown. All of it stands in the address. */
export const ActivityFilters = ({ search, onChange }: Props) => {
  const hasDates = search.from !== undefined || search.to !== undefined
  const [asksDates, setAsksDates] = useState(false)
  const showsDates = hasDates || asksDates
  const chooseRange = (range: string) => {
    setAsksDates(range === 'custom')
    if (range === 'custom') return
    onChange({
      range: range === 'month' ? undefined : (range as Range),
      from: undefined,
      to: undefined,
    })
  }
  // The fields stay where they are, also when both are empty for a moment.
  const changeDates = (change: ActivitySearch) => {
    setAsksDates(true)
    onChange(change)
  }
  return (
    <Box component="search" mb="lg" aria-label="Activity filters">
      <Group gap="sm">
        <SearchField
          label="Search activity by name or type"
          placeholder="Search by name or type"
          flex={{ base: '1 1 100%', xs: '1 1 220px' }}
          search={search.search ?? ''}
          onSearch={(text) => onChange({ search: text || undefined }, true)}
        />
        <NativeSelect
          aria-label="Type"
          data={options(groups)}
          value={search.type ?? ''}
          onChange={(event) =>
            onChange({ type: (event.currentTarget.value || undefined) as ActivityGroup | undefined })
          }
          flex={{ base: '1 1 130px', xs: '0 1 auto' }}
        />
        <NativeSelect
          aria-label="Time"
          data={options(ranges)}
          value={showsDates ? 'custom' : (search.range ?? 'month')}
          onChange={(event) => chooseRange(event.currentTarget.value)}
          flex={{ base: '1 1 130px', xs: '0 1 auto' }}
        />
        {isNarrowed(search) && (
          <CloseButton
            variant="subtle"
            aria-label="Clear all filters"
            title="Clear all filters"
            onClick={() => {
              setAsksDates(false)
              onChange(noFilters)
            }}
          />
        )}
      </Group>
      {showsDates && <DateFields search={search} onChange={changeDates} />}
    </Box>
  )
}
