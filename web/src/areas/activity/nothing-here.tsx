import { IconArchive, IconBolt, IconFileOff, IconSearch } from '@tabler/icons-react'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { type ActivitySearch, filtersOf, isNarrowed } from './activity-search.ts'

/** Why there is no event on this page. */
export const NothingHere = ({ search }: { search: ActivitySearch }) => {
  const isArchive = search.tab === 'archive'
  if (search.page !== undefined || search.after !== undefined)
    return (
      <EmptyState
        icon={IconFileOff}
        title="Nothing on this page"
        action={
          <LinkButton to="/activity" search={filtersOf(search)} variant="default" mt="xs">
            To the first page
          </LinkButton>
        }
      >
        The events that were here have moved.
      </EmptyState>
    )
  if (isNarrowed(search))
    return (
      <EmptyState
        icon={IconSearch}
        title="Nothing matches"
        action={
          <LinkButton
            to="/activity"
            search={{ tab: search.tab, range: 'all', search: search.search, type: search.type }}
            variant="default"
            mt="xs"
          >
            Look in all time
          </LinkButton>
        }
      >
        No activity {isArchive ? 'in the archive' : 'in the inbox'}
        {search.search && <> goes by “{search.search}”</>} within these filters.
      </EmptyState>
    )
  return isArchive ? (
    <EmptyState icon={IconArchive} title="The archive is empty">
      What you archive in the inbox is kept here. The last 30 days are shown.
    </EmptyState>
  ) : (
    <EmptyState icon={IconBolt} title="All caught up">
      New keys, training runs and changes to settings show up here as they happen.
    </EmptyState>
  )
}
