import { Group, SegmentedControl } from '@mantine/core'
import type { TrashType } from '#contract/trash.ts'
import { kinds } from '../../ui/kinds.ts'
import { SearchField } from '../../ui/search-field.tsx'
import type { TrashSearch } from './trash-search.ts'

type Props = Pick<TrashSearch, 'type' | 'search'> & { onShow: (change: TrashSearch) => void }

const types = [
  { value: 'all', label: 'All' },
  ...(['project', 'dataset', 'model'] as const).map((type) => ({ value: type, label: kinds[type].many })),
]

export const TrashFilters = ({ type, search = '', onShow }: Props) => (
  <Group justify="space-between" gap="sm">
    <SegmentedControl
      data={types}
      value={type ?? 'all'}
      onChange={(value) => onShow({ type: value === 'all' ? undefined : (value as TrashType) })}
      aria-label="Show"
      w={{ base: '100%', xs: 'auto' }}
    />
    <SearchField
      label="Search the trash by name"
      placeholder="Search by name"
      w={{ base: '100%', xs: 260 }}
      search={search}
      onSearch={(text) => onShow({ search: text || undefined })}
    />
  </Group>
)
