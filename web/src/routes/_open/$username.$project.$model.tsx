import { createFileRoute } from '@tanstack/react-router'
import { loadOpen, missingOrSignIn } from '../../areas/accounts/visitor.ts'
import { modelByPathQuery } from '../../areas/library/queries.ts'
import { ModelScreen } from '../../areas/training/model-screen.tsx'
import { Broken } from '../../ui/dead-ends.tsx'
import { Missing } from '../../ui/missing.tsx'

const tabs = [
  'metrics',
  'console',
  'plots',
  'files',
  'arguments',
  'environment',
  'exports',
  'deployments',
] as const
export type ModelTab = (typeof tabs)[number]

export const Route = createFileRoute('/_open/$username/$project/$model')({
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: ModelTab } => ({
    tab: tabs.find((known) => known === tab),
  }),
  loader: async ({ context: { queryClient, me }, params: { username, project, model }, location }) => {
    try {
      await loadOpen(queryClient, me, modelByPathQuery(username, project, model))
    } catch (error) {
      throw missingOrSignIn(error, me, location.href)
    }
  },
  component: Model,
  notFoundComponent: Missing,
  errorComponent: Broken,
})

function Model() {
  const params = Route.useParams()
  const { tab = 'metrics' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <ModelScreen
      {...params}
      tab={tab}
      onTab={(next) => void navigate({ search: { tab: next }, replace: true, resetScroll: false })}
    />
  )
}
