import { useEffect, useRef, useState } from 'react'
import type { IngestOptions } from '#contract/dataset-fields.ts'
import { isApiError } from '../../../api/client.ts'
import type { Me } from '../../accounts/queries.ts'
import { useIngest } from './changes.ts'
import { type DatasetInFull, isProcessing } from './queries.ts'
import { forgetWaiting, keepWaiting, type WaitingFile, waitingFile } from './waiting-file.ts'

/** What no further try can change. */
const isLost = (error: unknown): boolean =>
  isApiError(error, 'upload_not_found') || isApiError(error, 'dataset_not_found')

/** What passes by itself: another file is taken in here, or many are in the workspace. */
const isOfOthers = (error: unknown): boolean =>
  isApiError(error, 'dataset_busy') || isApiError(error, 'workspace_busy')

/** How soon it is tried again then. A job still clears up when its images show already, and nobody is told of that. */
const heldUpMs = 4000

/** Has an uploaded file taken in, with the options as they stand when it has arrived. While another one is at it, it waits and goes on by
 *  itself. */
export const useTakingIn = (dataset: DatasetInFull, me: Me, options: IngestOptions) => {
  const userId = me.user.id
  const { _id: datasetId } = dataset
  const ingest = useIngest(datasetId, dataset.username)
  const [waiting, setWaiting] = useState(() => waitingFile(userId, datasetId))
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  const forget = () => {
    forgetWaiting(userId, datasetId)
    setWaiting(undefined)
  }
  const take = (file: WaitingFile) =>
    ingest
      .mutateAsync({ sessionId: file.sessionId, ...file.options })
      .then(forget, (error) => isLost(error) && forget())
  const begin = (sessionId: string, { name }: Pick<File, 'name'>) => {
    const file = { sessionId, name, options: latest.current }
    keepWaiting(userId, datasetId, file)
    setWaiting(file)
    void take(file)
  }
  const busy = isProcessing(dataset)
  const isHeldUp = isOfOthers(ingest.error)
  // biome-ignore lint/correctness/useExhaustiveDependencies: goes on once when the way is free, and again for as long as it is not
  useEffect(() => {
    if (busy || !waiting || ingest.isPending) return
    const timer = setTimeout(() => void take(waiting), isHeldUp ? heldUpMs : 0)
    return () => clearTimeout(timer)
  }, [busy, isHeldUp])
  return {
    begin,
    waiting,
    again: () => waiting && void take({ ...waiting, options: latest.current }),
    isPending: ingest.isPending,
    /** Why it is not taken in; that others are at it is no failure. */
    error: isHeldUp ? null : ingest.error,
  }
}
