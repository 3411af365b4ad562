import { createFileRoute } from '@tanstack/react-router'
import { onlySignedOut } from '../areas/accounts/guards.ts'
import { inviteTokenIn } from '../areas/accounts/onboarding/kept-invite.ts'
import { SignUpScreen } from '../areas/accounts/sign-up-screen.tsx'
import { inviteQuery } from '../areas/workspaces/invites/queries.ts'
import { safePath } from '../ui/safe-path.ts'

export const Route = createFileRoute('/sign-up')({
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: safePath(search.next) }),
  beforeLoad: ({ context, search }) => onlySignedOut(context.queryClient, search.next),
  loaderDeps: ({ search }) => ({ token: inviteTokenIn(search.next) }),
  // Without an answer it is a sign-up like any other, and the invite tells on its own page what is wrong.
  loader: async ({ context: { queryClient }, deps: { token } }) => ({
    invite: token ? await queryClient.ensureQueryData(inviteQuery(token)).catch(() => undefined) : undefined,
  }),
  component: SignUp,
})

function SignUp() {
  const { next } = Route.useSearch()
  return <SignUpScreen next={next} {...Route.useLoaderData()} />
}
