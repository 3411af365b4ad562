import { createFileRoute } from '@tanstack/react-router'
import { HomeScreen } from '../../areas/home/home-screen.tsx'

/** `tour=nav` shows somebody around; the frame does that (shell/tour.tsx). */
export const Route = createFileRoute('/_authed/home')({
  validateSearch: ({ tour }: Record<string, unknown>): { tour?: 'nav' } => ({
    tour: tour === 'nav' ? 'nav' : undefined,
  }),
  component: HomeScreen,
})
