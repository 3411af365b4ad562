import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { isApiError } from '../../api/client.ts'
import { loadOpen, missingOrSignIn } from '../../areas/accounts/visitor.ts'
import { DatasetScreen } from '../../areas/library/datasets/dataset-screen.tsx'
import { readDatasetSearch } from '../../areas/library/datasets/dataset-search.ts'
import { datasetByPathQuery } from '../../areas/library/datasets/queries.ts'
import { modelByPathQuery } from '../../areas/library/queries.ts'
import { ModelScreen } from '../../areas/training/model-screen.tsx'
import { Broken } from '../../ui/dead-ends.tsx'
import { Missing } from '../../ui/missing.tsx'
import type { ModelTab } from './$username.$project.$model.tsx'

/** The project whose models have addresses of the same shape. A dataset goes before a model of the same name. */
const project = 'datasets'

export const Route = createFileRoute('/_open/$username/datasets/$dataset')({
  validateSearch: readDatasetSearch,
  loader: async ({ context: { queryClient, me }, params: { username, dataset }, location }) => {
    try {
      await loadOpen(queryClient, me, datasetByPathQuery(username, dataset))
      return { isModel: false }
    } catch (error) {
      const model = modelByPathQuery(username, project, dataset)
      const found =
        isApiError(error, 'dataset_not_found') && (await loadOpen(queryClient, me, model).catch(() => null))
      if (found) return { isModel: true }
      throw missingOrSignIn(error, me, location.href)
    }
  },
  component: DatasetOrModel,
  notFoundComponent: Missing,
  errorComponent: Broken,
})

function DatasetOrModel() {
  return Route.useLoaderData().isModel ? <Model /> : <Dataset />
}

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

function Model() {
  const { username, dataset } = Route.useParams()
  const [tab, setTab] = useState<ModelTab>('metrics')
  return <ModelScreen username={username} project={project} model={dataset} tab={tab} onTab={setTab} />
}
