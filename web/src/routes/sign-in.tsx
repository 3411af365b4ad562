import { createFileRoute } from '@tanstack/react-router'
import { onlySignedOut } from '../areas/accounts/guards.ts'
import { SignInScreen } from '../areas/accounts/sign-in-screen.tsx'
import { safePath } from '../ui/safe-path.ts'

type Search = { next?: string; reset?: string; problem?: string }

export const Route = createFileRoute('/sign-in')({
  validateSearch: (search: Record<string, unknown>): Search => ({
    next: safePath(search.next),
    reset: search.reset === 'done' ? 'done' : undefined,
    problem: typeof search.problem === 'string' ? search.problem : undefined,
  }),
  beforeLoad: ({ context, search }) => onlySignedOut(context.queryClient, search.next),
  component: SignIn,
})

function SignIn() {
  const { next, reset, problem } = Route.useSearch()
  return <SignInScreen next={next} afterReset={reset === 'done'} problem={problem} />
}
