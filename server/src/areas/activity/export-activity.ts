import { Readable } from 'node:stream'
import type { ActivityEvent, ActivityExport } from '#contract/activity.ts'
import type { Actor } from '../../door/actor.ts'
import { describeEvents, type FeedNeeds } from './feed/describe-events.ts'
import { loadReader } from './feed/reader.ts'
import { type FeedQuery, findNext } from './list-activity.ts'

/** How many events are in memory at a time. */
const batchEvents = 500

/** Everything the query matches, newest first, written as it is read: JSON as SPEC 9.6 has it, or a table. */
export const exportActivity = (
  needs: FeedNeeds,
  actor: Actor,
  query: FeedQuery,
  form: 'json' | 'csv',
  at: Date,
): Readable => {
  const batches = readAll(needs, actor, query, at)
  return Readable.from(form === 'csv' ? csv(batches) : json(batches, headOf(actor, query, at)), {
    objectMode: false,
  })
}

async function* readAll(
  needs: FeedNeeds,
  actor: Actor,
  query: FeedQuery,
  at: Date,
): AsyncGenerator<ActivityEvent[]> {
  const { cell, id } = actor.workspace
  const reader = await loadReader(cell.db, id, actor.userId)
  for (let before: number | undefined; ; ) {
    const seqs = await findNext(cell.db, reader, query, before, batchEvents)
    if (seqs.length === 0) return
    yield await describeEvents(needs, actor, reader, seqs, at)
    before = seqs.at(-1)
  }
}

const headOf = (actor: Actor, query: FeedQuery, at: Date): Omit<ActivityExport, 'activity'> => {
  const [start, end] = [query.start ?? query.startDate, query.end ?? query.endDate]
  return {
    exportedAt: at.toISOString(),
    app: 'Gatehouse',
    owner: actor.workspace.username,
    filters: {
      archived: query.archived === 'true',
      ...(query.search ? { search: query.search } : {}),
      ...(query.type ? { type: query.type } : {}),
      ...(start ? { start } : {}),
      ...(end ? { end } : {}),
    },
  }
}

async function* json(
  batches: AsyncIterable<ActivityEvent[]>,
  head: Omit<ActivityExport, 'activity'>,
): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"activity":[`
  let comma = ''
  for await (const events of batches) {
    yield comma + events.map((event) => JSON.stringify(event)).join(',\n')
    comma = ',\n'
  }
  yield ']}\n'
}

const columns: Record<string, (event: ActivityEvent) => unknown> = {
  timestamp: (event) => event.timestamp,
  action: (event) => event.action,
  resourceType: (event) => event.resourceType,
  resourceName: (event) => event.resourceName,
  resourceId: (event) => event.resourceId,
  userName: (event) => event.userName,
  userEmail: (event) => event.userEmail,
  userId: (event) => event.userId,
  key: (event) => event.key?.name ?? event.key?.prefix ?? event.key?.id,
  address: (event) => event.address,
  client: (event) => event.client,
  seen: (event) => event.seen,
  archived: (event) => event.archived,
  resourceDeleted: (event) => event.resourceDeleted,
  metadata: (event) => event.metadata && JSON.stringify(event.metadata),
  id: (event) => event._id,
}

async function* csv(batches: AsyncIterable<ActivityEvent[]>): AsyncGenerator<string> {
  yield csvLine(Object.keys(columns))
  for await (const events of batches)
    yield events.map((event) => csvLine(Object.values(columns).map((read) => read(event)))).join('')
}

export const csvLine = (fields: readonly unknown[]): string => `${fields.map(csvField).join(',')}\r\n`

/** RFC 4180, and never a formula: what a spreadsheet would compute begins with an apostrophe instead. */
const csvField = (value: unknown): string => {
  const text = String(value ?? '')
  const plain = /^\s*[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
