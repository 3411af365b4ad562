import { createFileRoute } from '@tanstack/react-router'
import { projectSorts } from '#contract/library-fields.ts'
import { readListSearch } from '../../areas/library/list-search.ts'
import { ProjectsScreen } from '../../areas/library/projects-screen.tsx'

export const Route = createFileRoute('/_authed/projects')({
  validateSearch: (raw: Record<string, unknown>) => readListSearch(raw, projectSorts),
  component: Projects,
})

function Projects() {
  const navigate = Route.useNavigate()
  return (
    <ProjectsScreen
      search={Route.useSearch()}
      onSearch={(search) => void navigate({ search, replace: true, resetScroll: false })}
    />
  )
}
