import { createFileRoute, redirect } from '@tanstack/react-router'
import { meQuery, signUpQuery } from '../areas/accounts/queries.ts'

export const Route = createFileRoute('/')({
  beforeLoad: async ({ context: { queryClient } }) => {
    const me = await queryClient.ensureQueryData(meQuery())
    if (me) throw redirect({ to: '/home', replace: true })
    const signUp = await queryClient.fetchQuery({ ...signUpQuery(), staleTime: 0 })
    if (signUp?.next === 'onboarding') throw redirect({ to: '/onboarding', replace: true })
    throw redirect({ to: '/sign-in', replace: true })
  },
})
