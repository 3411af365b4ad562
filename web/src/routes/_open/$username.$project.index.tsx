import { createFileRoute, redirect } from '@tanstack/react-router'
import { modelSorts } from '#contract/library-fields.ts'
import { isApiError } from '../../api/client.ts'
import { loadOpen, missingOrSignIn } from '../../areas/accounts/visitor.ts'
import { readListSearch } from '../../areas/library/list-search.ts'
import { ProjectScreen } from '../../areas/library/project-screen.tsx'
import { modelByPathQuery, projectByPathQuery } from '../../areas/library/queries.ts'
import { Broken } from '../../ui/dead-ends.tsx'
import { Missing } from '../../ui/missing.tsx'

export const Route = createFileRoute('/_open/$username/$project/')({
  validateSearch: (raw: Record<string, unknown>) => readListSearch(raw, modelSorts),
  // A client that names its project without a username links to /<project>/<model>, which has the same shape as
  // /<username>/<project>. When there is no such project, the other reading is tried, in the active workspace.
  loader: async ({ context: { queryClient, me }, params: { username, project }, location }) => {
    try {
      await loadOpen(queryClient, me, projectByPathQuery(username, project))
    } catch (error) {
      // Whoever cuts the address of a dataset short wants the list of them.
      if (project === 'datasets' && isApiError(error, 'project_not_found'))
        throw redirect({
          to: '/$username',
          params: { username },
          search: { type: 'datasets' },
          replace: true,
        })
      const refusal = missingOrSignIn(error, me, location.href)
      if (refusal === error || !me) throw refusal
      const own = me.workspace.username
      const found = await queryClient
        .ensureQueryData(modelByPathQuery(own, username, project))
        .catch(() => null)
      if (!found) throw refusal
      throw redirect({
        to: '/$username/$project/$model',
        params: { username: own, project: username, model: project },
        replace: true,
      })
    }
  },
  component: Project,
  notFoundComponent: Missing,
  errorComponent: Broken,
})

function Project() {
  const { username, project } = Route.useParams()
  const navigate = Route.useNavigate()
  return (
    <ProjectScreen
      username={username}
      project={project}
      search={Route.useSearch()}
      onSearch={(search) => void navigate({ search, replace: true, resetScroll: false })}
    />
  )
}
