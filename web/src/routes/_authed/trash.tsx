import { createFileRoute, redirect } from '@tanstack/react-router'
import { readTrashSearch } from '../../areas/trash/trash-search.ts'

export const Route = createFileRoute('/_authed/trash')({
  validateSearch: readTrashSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/settings', search: { tab: 'trash', ...search }, replace: true })
  },
})
