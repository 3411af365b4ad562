import { createFileRoute } from '@tanstack/react-router'
import { loadOpen, missingOrSignIn } from '../../areas/accounts/visitor.ts'
import { DatasetScreen } from '../../areas/library/datasets/dataset-screen.tsx'
import { readDatasetSearch } from '../../areas/library/datasets/dataset-search.ts'
import { datasetByPathQuery } from '../../areas/library/datasets/queries.ts'
import { Broken } from '../../ui/dead-ends.tsx'
import { Missing } from '../../ui/missing.tsx'

export const Route = createFileRoute('/_open/$username/datasets/$dataset')({
  validateSearch: readDatasetSearch,
  loader: async ({ context: { queryClient, me }, params: { username, dataset }, location }) => {
    try {
      await loadOpen(queryClient, me, datasetByPathQuery(username, dataset))
    } catch (error) {
      throw missingOrSignIn(error, me, location.href)
    }
  },
  component: Dataset,
  notFoundComponent: Missing,
  errorComponent: Broken,
})

function Dataset() {
  const navigate = Route.useNavigate()
  return (
    <DatasetScreen
      {...Route.useParams()}
      search={Route.useSearch()}
      onSearch={(search) => void navigate({ search, replace: true, resetScroll: false })}
    />
  )
}
