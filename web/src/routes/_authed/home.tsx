import { createFileRoute } from '@tanstack/react-router'
import { HomeScreen } from '../../areas/home/home-screen.tsx'

export const Route = createFileRoute('/_authed/home')({ component: HomeScreen })
