import { createFileRoute, redirect } from '@tanstack/react-router'

export const Route = createFileRoute('/_authed/trash')({
  beforeLoad: () => {
    throw redirect({ to: '/settings', search: { tab: 'trash' }, replace: true })
  },
})
