import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { Me } from '../../accounts/queries.ts'
import { refreshLibrary } from '../changes.ts'
import {
  type Asset,
  forgetUpload,
  isSameFile,
  type KeptUpload,
  keepUpload,
  keptUpload,
} from './kept-upload.ts'
import { makeTransport } from './transport.ts'
import { UploadTask } from './upload-task.ts'

/** Uploads under way outlive the page that began them. */
const tasks = new Map<string, UploadTask>()
const listeners = new Set<() => void>()
const changed = () => {
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
const never = () => () => undefined

const isUnderWay = ({ view: { phase } }: UploadTask): boolean =>
  phase === 'sending' || phase === 'waiting' || phase === 'checking'

/** Asks before the browser throws away what is being sent. */
const guard = (event: BeforeUnloadEvent) => {
  if ([...tasks.values()].some(isUnderWay)) event.preventDefault()
}
const watchLeaving = () => window.addEventListener('beforeunload', guard)

/** What is done once a file is here. `leave` takes it off the page, since something else shows it from then on. */
export type Uploaded = (sessionId: string, file: File) => 'leave' | undefined

/** The upload of a file for one thing of the active workspace: the one under way, or the one that a reload interrupted. */
export const useUpload = (me: Me, asset: Asset, onDone: Uploaded) => {
  const { assetType, assetId } = asset
  const userId = me.user.id
  const owner = me.workspace.username
  const key = `${userId} ${assetType} ${assetId}`
  const client = useQueryClient()
  const task = useSyncExternalStore(subscribe, () => tasks.get(key))
  const view = useSyncExternalStore(task?.subscribe ?? never, () => task?.view)
  const [kept, setKept] = useState<KeptUpload | undefined>(() => keptUpload(userId, { assetType, assetId }))

  const over = useCallback(() => {
    forgetUpload(userId, { assetType, assetId })
    setKept(undefined)
  }, [userId, assetType, assetId])

  const begin = (file: File, sessionId?: string) => {
    const keep = (id: string) =>
      keepUpload(userId, asset, {
        sessionId: id,
        name: file.name,
        size: file.size,
        lastModified: file.lastModified,
      })
    const started = new UploadTask(
      file,
      makeTransport(owner, asset),
      {
        onOpened: keep,
        onOver: over,
        onDone: (id) => {
          void refreshLibrary(client)
          if (onDone(id, file) !== 'leave') return
          tasks.delete(key)
          changed()
        },
      },
      sessionId,
    )
    tasks.set(key, started)
    watchLeaving()
    setKept(undefined)
    changed()
    started.start()
  }

  return {
    view,
    /** What a reload interrupted, while nothing is under way. */
    kept: task ? undefined : kept,
    begin,
    /** Goes on with what was interrupted, if this is its file. Says whether it is. */
    goOn: (file: File): boolean => {
      if (!kept || !isSameFile(kept, file)) return false
      begin(file, kept.sessionId)
      return true
    },
    pause: () => task?.pause(),
    resume: () => task?.start(),
    /** Gives up what is under way, or what was interrupted. */
    cancel: async () => {
      const sessionId = kept?.sessionId
      tasks.delete(key)
      over()
      changed()
      if (task) await task.cancel()
      else if (sessionId)
        await makeTransport(owner, asset)
          .cancel(sessionId)
          .catch(() => undefined)
    },
    /** Takes the result off the page. */
    dismiss: () => {
      tasks.delete(key)
      changed()
    },
  }
}

/** Asks the server how much of an interrupted upload it has; what it no longer knows is forgotten. */
export const useInterrupted = (
  me: Me,
  asset: Asset,
  kept: KeptUpload | undefined,
  onGone: () => void,
): number | undefined => {
  const [receivedBytes, setReceivedBytes] = useState<number>()
  const { assetType, assetId } = asset
  const owner = me.workspace.username
  const sessionId = kept?.sessionId
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each upload
  useEffect(() => {
    if (!sessionId) return
    const asking = new AbortController()
    makeTransport(owner, { assetType, assetId })
      .look(sessionId, asking.signal)
      .then(
        (state) => (state.state === 'stored' ? onGone() : setReceivedBytes(state.receivedBytes)),
        (error) => {
          if (error?.status === 404 || error?.status === 410) onGone()
        },
      )
    return () => asking.abort()
  }, [owner, assetType, assetId, sessionId])
  return receivedBytes
}
