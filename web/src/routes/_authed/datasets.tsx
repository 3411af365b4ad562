import { createFileRoute } from '@tanstack/react-router'
import { readDatasetsSearch } from '../../areas/library/datasets/dataset-search.ts'
import { DatasetsScreen } from '../../areas/library/datasets/datasets-screen.tsx'

export const Route = createFileRoute('/_authed/datasets')({
  validateSearch: readDatasetsSearch,
  component: Datasets,
})

function Datasets() {
  const navigate = Route.useNavigate()
  return (
    <DatasetsScreen
      search={Route.useSearch()}
      onSearch={(search) => void navigate({ search, replace: true, resetScroll: false })}
    />
  )
}
