import { createFileRoute } from '@tanstack/react-router'
import { modelByPathQuery } from '../../areas/library/queries.ts'
import { ModelScreen } from '../../areas/training/model-screen.tsx'
import { ErrorState } from '../../ui/error-state.tsx'

const tabs = ['metrics', 'console', 'plots', 'arguments', 'environment'] as const
export type ModelTab = (typeof tabs)[number]

export const Route = createFileRoute('/_authed/$username/$project/$model')({
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: ModelTab } => ({
    tab: tabs.find((known) => known === tab),
  }),
  loader: ({ context: { queryClient }, params: { username, project, model } }) =>
    queryClient.ensureQueryData(modelByPathQuery(username, project, model)),
  component: Model,
  errorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
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
