import { setTimeout as sleep } from 'node:timers/promises'
import { linkEvents } from '../../server/src/areas/activity/chain/link-events.ts'
import { recordAll } from '../../server/src/areas/activity/record-activity.ts'
import { indexCell } from '../../server/src/areas/activity/search/index-names.ts'
import { hotId } from './fill-feed.ts'

export type Appends = { batch: number; writers: number; perSecond: number }

type House = Parameters<typeof linkEvents>[0]

const writers = 8
const seconds = 8

/** Appends to the hot workspace while what runs by the clock runs: events are linked each second, names go into blocks each five. */
export const measureAppends = async (house: House): Promise<Appends[]> => {
  const runs: Appends[] = []
  for (const batch of [1, 100]) runs.push(await append(house, batch))
  return runs
}

const append = async (house: House, batch: number): Promise<Appends> => {
  const [cell] = house.cells.all
  if (!cell) throw new Error('There is no cell')
  const endMs = performance.now() + seconds * 1000
  const doer = { userId: 'writer', workspaceId: hotId }
  let appended = 0
  const write = async () => {
    while (performance.now() < endMs) {
      const tellings = Array.from({ length: batch }, (_, n) => ({
        event: 'model/created' as const,
        doer,
        subject: { id: 'm', name: `traffic-${appended + n}` },
      }))
      await cell.db.transaction((tx) => recordAll(tx, tellings, new Date()))
      appended += batch
    }
  }
  const repeat = async (everyMs: number, work: () => Promise<unknown>) => {
    while (performance.now() < endMs) {
      await work()
      await sleep(everyMs)
    }
  }
  await Promise.all([
    ...Array.from({ length: writers }, write),
    repeat(1000, () => linkEvents(house, new Date())),
    repeat(5000, () => indexCell(cell)),
  ])
  return { batch, writers, perSecond: appended / seconds }
}
