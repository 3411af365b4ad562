import { Group, NativeSelect, Pagination, Text } from '@mantine/core'
import { SearchField } from '../../ui/search-field.tsx'
import { type ListSearch, pageCount } from './list-search.ts'

type Props<Sort extends string> = {
  /** What is listed, in the plural: "projects". */
  what: string
  search: ListSearch<Sort>
  /** The orders by their words; the first is the usual one. */
  sorts: Readonly<Record<Sort, string>>
  onChange: (change: ListSearch<Sort>) => void
}

/** Search and order of a list. Each change leads back to its first page. */
export const ListBar = <Sort extends string>({ what, search, sorts, onChange }: Props<Sort>) => (
  <Group justify="space-between" gap="sm" mb="md">
    <SearchField
      label={`Search ${what}`}
      placeholder={`Search ${what}`}
      search={search.q ?? ''}
      w={{ base: '100%', xs: 260 }}
      onSearch={(q) => onChange({ ...search, q: q || undefined, page: undefined })}
    />
    <NativeSelect
      aria-label={`Sort ${what}`}
      value={search.sort ?? Object.keys(sorts)[0]}
      data={Object.entries<string>(sorts).map(([value, label]) => ({ value, label }))}
      onChange={(event) => onChange({ ...search, sort: event.currentTarget.value as Sort, page: undefined })}
    />
  </Group>
)

type PagesProps<Sort extends string> = Pick<Props<Sort>, 'what' | 'search' | 'onChange'> & {
  total: number
  size: number
}

/** The pages of a list; nothing while there is one. */
export const ListPages = <Sort extends string>({ what, search, total, size, onChange }: PagesProps<Sort>) => {
  const pages = pageCount(total, size)
  if (pages === 1) return null
  return (
    <Group component="nav" justify="space-between" gap="sm" mt="lg" aria-label={`Pages of ${what}`}>
      <Text fz="sm" c="dimmed" role="status">
        {total.toLocaleString('en')} {what}
      </Text>
      <Pagination
        total={pages}
        value={Math.min(search.page ?? 1, pages)}
        siblings={0}
        size="sm"
        onChange={(page) => onChange({ ...search, page: page > 1 ? page : undefined })}
        getItemProps={(page) => ({ 'aria-label': `Page ${page}` })}
        getControlProps={(control) => ({
          'aria-label': {
            first: 'First page',
            last: 'Last page',
            next: 'Next page',
            previous: 'Previous page',
          }[control],
        })}
      />
    </Group>
  )
}
