import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { meQuery } from './queries.ts'

/** For pages that make sense only to people who are not signed in. */
export const onlySignedOut = async (queryClient: QueryClient, next?: string): Promise<void> => {
  if (!(await queryClient.ensureQueryData(meQuery()))) return
  if (next) throw redirect({ href: next, replace: true })
  throw redirect({ to: '/home', replace: true })
}
