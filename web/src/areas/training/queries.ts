import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import { cancelTraining, getConsole, getTraining } from '#contract/training.ts'
import { call } from '../../api/client.ts'

export type Job = NonNullable<Received<typeof getTraining>['job']>

const livePollMs = 2000

export const trainingQuery = (modelId: string, live: boolean) =>
  queryOptions({
    queryKey: ['training', modelId],
    queryFn: async () => (await call(getTraining, { params: { id: modelId } })).job,
    refetchInterval: live ? livePollMs : false,
  })

export type Console = { runId: string | null; last: number; text: string }

/** More than anybody scrolls through, little enough to keep the page quick; the oldest part is dropped beyond it. */
const consoleCharsMax = 1_500_000

/** Console output so far. Each time only what came since is asked for and appended. */
export const consoleQuery = (modelId: string, live: boolean) =>
  queryOptions({
    queryKey: ['console', modelId],
    queryFn: async ({ client, queryKey, signal }): Promise<Console> => {
      const known = client.getQueryData<Console>(queryKey)
      return readOn(modelId, known ?? { runId: null, last: -1, text: '' }, signal)
    },
    refetchInterval: live ? livePollMs : false,
    structuralSharing: false,
  })

const readOn = async (modelId: string, known: Console, signal: AbortSignal): Promise<Console> => {
  let { runId, last, text } = known
  for (;;) {
    const page = await call(getConsole, { params: { id: modelId }, query: { after: last }, signal })
    if (runId !== null && page.runId !== runId) {
      // A newer run counts its chunks from the start again.
      runId = null
      last = -1
      text = ''
      if (page.runId !== null) {
        runId = page.runId
        continue
      }
    }
    runId = page.runId
    text += page.chunks.map(({ content }) => content).join('')
    last = page.chunks.at(-1)?.chunkId ?? last
    if (!page.hasMore || page.chunks.length === 0) break
  }
  return { runId, last, text: text.length > consoleCharsMax ? text.slice(-consoleCharsMax) : text }
}

export const useCancelTraining = (modelId: string) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(cancelTraining, { params: { id: modelId } }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['model'] }),
        client.invalidateQueries({ queryKey: ['training', modelId] }),
      ]),
  })
}
