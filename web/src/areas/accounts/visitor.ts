import type { FetchQueryOptions, QueryClient, QueryKey } from '@tanstack/react-query'
import { redirect, useRouteContext } from '@tanstack/react-router'
import { may, type Permission } from '#contract/permissions.ts'
import { missingOr } from '../../ui/missing.tsx'
import type { Me } from './queries.ts'

/** Who is looking, on pages that are open to the world; null for somebody who is not signed in. */
export const useVisitor = (): Me | null => useRouteContext({ from: '/_open', select: ({ me }) => me })

/** Whether the visitor is acting in the workspace called `username`, in a role that carries `permission`. */
export const useVisitorMay = (permission: Permission, username: string): boolean => {
  const visitor = useVisitor()
  return visitor?.workspace.username === username && may(visitor.workspace.role, permission)
}

/** For loaders of open pages. A stranger is always answered by the server: what is remembered may be from the session that
 *  has just ended here. */
export const loadOpen = <T, K extends QueryKey>(
  queryClient: QueryClient,
  visitor: Me | null,
  query: FetchQueryOptions<T, Error, T, K>,
): Promise<T> =>
  visitor ? queryClient.ensureQueryData(query) : queryClient.fetchQuery({ ...query, staleTime: 0 })

/** What a loader of an open page throws: to somebody signed in, that there is no such page; to a stranger, the way to sign in
 *  first, since the page may be one of theirs. */
export const missingOrSignIn = (error: unknown, visitor: Me | null, next: string): unknown => {
  const refusal = missingOr(error)
  if (refusal === error || visitor) return refusal
  return redirect({ to: '/sign-in', search: { next }, replace: true })
}
