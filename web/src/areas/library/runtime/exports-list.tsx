import { IconFileExport } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { bytes } from '../../../ui/bytes.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Moment } from '../../../ui/moment.tsx'
import { type Export, exportsQuery } from './queries.ts'
import { RecordList } from './record-list.tsx'
import { RecordRow } from './record-row.tsx'

type Props = { modelId?: string; mayManage: boolean }

/** Exports of one model, or of the workspace. */
export const ExportsList = ({ modelId, mayManage }: Props) => {
  const query = useInfiniteQuery(exportsQuery(modelId))
  const exports = query.data?.pages.flatMap((page) => page.exports)
  return (
    <RecordList
      label="Exports"
      query={query}
      rows={exports?.map((each) => (
        <Row key={each._id} export={each} mayManage={mayManage} withModel={modelId === undefined} />
      ))}
      empty={
        <EmptyState icon={IconFileExport} title="No exports">
          Models in other formats appear here. This installation has no machine that converts them; the
          weights of a model are on its page, under Files.
        </EmptyState>
      }
    />
  )
}

const Row = ({
  export: { _id, format, status, error, modelName, gpuType, sizeBytes, createdAt },
  mayManage,
  withModel,
}: {
  export: Export
  mayManage: boolean
  withModel: boolean
}) => (
  <RecordRow
    kind="export"
    id={_id}
    name={format}
    status={status}
    error={error}
    warning="Its file goes with it, and the room it takes is free again. The model stays."
    mayDelete={mayManage}
    facts={
      <>
        {[withModel && modelName, gpuType, sizeBytes !== undefined && bytes(sizeBytes)]
          .filter(Boolean)
          .map((fact) => `${fact} · `)
          .join('')}
        <Moment at={createdAt} />
      </>
    }
  />
)
