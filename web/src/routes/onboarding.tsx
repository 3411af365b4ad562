import { createFileRoute, redirect } from '@tanstack/react-router'
import { onlySignedOut } from '../areas/accounts/guards.ts'
import { OnboardingScreen } from '../areas/accounts/onboarding/onboarding-screen.tsx'
import { instanceQuery, signUpQuery } from '../areas/accounts/queries.ts'

export const Route = createFileRoute('/onboarding')({
  beforeLoad: async ({ context: { queryClient } }) => {
    await onlySignedOut(queryClient)
    const signUp = await queryClient.fetchQuery({ ...signUpQuery(), staleTime: 0 })
    if (!signUp) throw redirect({ to: '/sign-up', replace: true })
    if (signUp.next === 'verify') throw redirect({ to: '/verify', replace: true })
    return { email: signUp.email, suggestedName: signUp.name }
  },
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(instanceQuery()),
  component: Onboarding,
})

function Onboarding() {
  const { email, suggestedName } = Route.useRouteContext()
  return <OnboardingScreen key={email} email={email} suggestedName={suggestedName} />
}
