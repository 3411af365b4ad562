import { z } from 'zod'
import { IngestOptions } from '#contract/dataset-fields.ts'

/* A file that has arrived and is not taken in yet: another one was at it, or the page was closed in between. It is remembered here, so that
   whoever sent it can go on. */

const Waiting = z.object({ sessionId: z.string(), name: z.string(), options: IngestOptions })
export type WaitingFile = z.output<typeof Waiting>

/** Under whom it is kept: the next person at this browser has nothing to do with it. */
const placeOf = (userId: string, datasetId: string): string => `gatehouse.ingest.${userId}.${datasetId}`

export const keepWaiting = (userId: string, datasetId: string, file: WaitingFile): void => {
  try {
    localStorage.setItem(placeOf(userId, datasetId), JSON.stringify(file))
  } catch {
    // Storage is blocked or full: it is taken in now, or sent once more.
  }
}

export const waitingFile = (userId: string, datasetId: string): WaitingFile | undefined => {
  try {
    const parsed = Waiting.safeParse(JSON.parse(localStorage.getItem(placeOf(userId, datasetId)) ?? 'null'))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

export const forgetWaiting = (userId: string, datasetId: string): void => {
  try {
    localStorage.removeItem(placeOf(userId, datasetId))
  } catch {
    // It was never kept.
  }
}
