import { createFileRoute, redirect } from '@tanstack/react-router'
import { onlySignedOut } from '../areas/accounts/guards.ts'
import { signUpQuery } from '../areas/accounts/queries.ts'
import { VerifyScreen } from '../areas/accounts/verify-screen.tsx'

export const Route = createFileRoute('/verify')({
  validateSearch: (search: Record<string, unknown>): { code?: string } => ({
    code: typeof search.code === 'string' && /^\d{6}$/.test(search.code) ? search.code : undefined,
  }),
  beforeLoad: async ({ context: { queryClient } }) => {
    await onlySignedOut(queryClient)
    const signUp = await queryClient.fetchQuery({ ...signUpQuery(), staleTime: 0 })
    if (signUp?.next === 'onboarding') throw redirect({ to: '/onboarding', replace: true })
  },
  component: Verify,
})

function Verify() {
  return <VerifyScreen code={Route.useSearch().code} />
}
