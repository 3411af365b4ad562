import { createFileRoute, redirect } from '@tanstack/react-router'
import { onlySignedOut } from '../areas/accounts/guards.ts'
import { meQuery } from '../areas/accounts/queries.ts'
import { SecondFactorScreen } from '../areas/accounts/security/second-factor-screen.tsx'
import { pendingSignInQuery } from '../areas/accounts/security-queries.ts'
import { safePath } from '../ui/safe-path.ts'

export const Route = createFileRoute('/second-factor')({
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: safePath(search.next) }),
  beforeLoad: async ({ context: { queryClient }, search: { next } }) => {
    const pending = await queryClient.fetchQuery(pendingSignInQuery())
    // Somebody signed in comes by here too, to confirm at a provider that it is them.
    if (pending) return { pending, signedIn: (await queryClient.ensureQueryData(meQuery())) !== null }
    await onlySignedOut(queryClient, next)
    throw redirect({ to: '/sign-in', search: { next }, replace: true })
  },
  component: SecondFactor,
})

function SecondFactor() {
  return <SecondFactorScreen next={Route.useSearch().next} {...Route.useRouteContext()} />
}
