import { createFileRoute } from '@tanstack/react-router'
import { onlySignedOut } from '../areas/accounts/guards.ts'
import { SignUpScreen } from '../areas/accounts/sign-up-screen.tsx'

export const Route = createFileRoute('/sign-up')({
  beforeLoad: ({ context }) => onlySignedOut(context.queryClient),
  component: SignUpScreen,
})
