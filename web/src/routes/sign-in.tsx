import { createFileRoute } from '@tanstack/react-router'
import { onlySignedOut } from '../areas/accounts/guards.ts'
import { SignInScreen } from '../areas/accounts/sign-in-screen.tsx'
import { safePath } from '../ui/safe-path.ts'

export const Route = createFileRoute('/sign-in')({
  validateSearch: (search: Record<string, unknown>): { next?: string; reset?: string } => ({
    next: safePath(search.next),
    reset: search.reset === 'done' ? 'done' : undefined,
  }),
  beforeLoad: ({ context, search }) => onlySignedOut(context.queryClient, search.next),
  component: SignIn,
})

function SignIn() {
  const { next, reset } = Route.useSearch()
  return <SignInScreen next={next} afterReset={reset === 'done'} />
}
