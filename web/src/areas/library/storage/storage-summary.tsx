import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { TextLink } from '../../../ui/link-button.tsx'
import { storageQuery } from './queries.ts'
import { StorageBar } from './storage-bar.tsx'

/** What is taken of what the plan allows. */
export const StorageSummary = () => {
  const { data, error } = useQuery(storageQuery())
  if (!data) return error ? <ErrorNote error={error} /> : <Skeleton h={82} aria-hidden />
  return <StorageBar usage={data.usage} />
}

/** Leads to the categories and the largest items. */
export const StorageLink = () => (
  <TextLink to="/settings" search={{ tab: 'usage' }} fz="sm">
    What takes the room
  </TextLink>
)
