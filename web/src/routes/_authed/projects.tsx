import { createFileRoute } from '@tanstack/react-router'
import { ProjectsScreen } from '../../areas/library/projects-screen.tsx'

export const Route = createFileRoute('/_authed/projects')({ component: ProjectsScreen })
