import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { listActivity as endpoint } from '../../contract/src/activity.ts'
import type { FeedNeeds } from '../../server/src/areas/activity/feed/describe-events.ts'
import { listActivity } from '../../server/src/areas/activity/list-activity.ts'
import type { Cell } from '../../server/src/cells/cells.ts'
import type { Actor } from '../../server/src/door/actor.ts'
import { hotId } from './fill-feed.ts'

/** What is asked, and within how many milliseconds 99 of 100 are to be answered. */
type Question = { what: string; goalMs: number; query(n: number): Record<string, string> }

export type Answer = {
  what: string
  goalMs: number
  p50Ms: number
  p99Ms: number
  /** What one of them took of the processors, here and in Postgres, on average: what is left when others use the machine as well. Only
   *  Linux tells. */
  cpuMs: number | undefined
  events: number
}

const times = 400
/** Before what is measured: the first pages are served by code that was not compiled yet. */
const warmUpTimes = 100

/** Asks the feed of the hot workspace, one question after the other: whole pages with marks and totals, without HTTP, and without what
 *  other areas add. */
export const measureFeed = async (cell: Cell, events: number): Promise<Answer[]> => {
  const answers: Answer[] = []
  for (const question of questionsOf(events)) answers.push(await ask(cell, question))
  return answers
}

/** What a query costs that asks nothing, at the median: of a page's time, five to seven of these are the way. */
export const measureRoundTrip = async ({ pool }: Cell): Promise<number> => {
  const spent: number[] = []
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    await pool.query('select 1')
    spent.push(performance.now() - began)
  }
  return spent.sort((a, b) => a - b)[times / 2] ?? 0
}

const questionsOf = (events: number): Question[] => [
  { what: 'newest page', goalMs: 5, query: () => ({}) },
  {
    what: 'any page, by key',
    goalMs: 5,
    query: () => ({ cursor: String(1 + Math.floor(Math.random() * events)) }),
  },
  { what: 'page 500', goalMs: 5, query: () => ({ page: '500' }) },
  { what: 'last 30 days', goalMs: 5, query: () => ({ start: daysAgo(30) }) },
  { what: 'a month half a year ago', goalMs: 5, query: () => ({ start: daysAgo(210), end: daysAgo(180) }) },
  { what: 'a type that has none', goalMs: 5, query: () => ({ type: 'exports' }) },
  ...[
    ['a common word', 'traffic'],
    ['a common type', 'model'],
    ['a rare word', 'zebra'],
    ['a rare number after a common word', 'traffic-4'],
    ['an absent word', 'qwertz'],
    ['an absent word of common pieces', 'parking-coco'],
    ['a word of the oldest tenth', 'pilot'],
    ['one letter', 'z'],
    ['two letters that are rare', 'eb'],
  ].map(([what = '', search = '']) => ({
    what: `search: ${what}`,
    goalMs: 10,
    query: (n: number) => ({
      search: search.endsWith('-4') ? `traffic-${1000 + ((n * 7919) % 60_000)}` : search,
    }),
  })),
]

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

const ask = async (cell: Cell, { what, goalMs, query }: Question): Promise<Answer> => {
  const spent: number[] = []
  let events = 0
  let cpuBefore: number | undefined
  for (let n = -warmUpTimes; n < times; n++) {
    if (n === 0) cpuBefore = await cpuMsOf(cell)
    const asked = endpoint.query.parse(query(n))
    const began = performance.now()
    const reply = await listActivity(nobodyElse, readerIn(cell), asked, new Date())
    if (n >= 0) spent.push(performance.now() - began)
    events = reply.events.length
  }
  const cpuAfter = await cpuMsOf(cell)
  const cpuMs = cpuAfter === undefined || cpuBefore === undefined ? undefined : (cpuAfter - cpuBefore) / times
  spent.sort((a, b) => a - b)
  const at = (share: number) => spent[Math.floor(share * spent.length)] ?? 0
  return { what, goalMs, p50Ms: at(0.5), p99Ms: at(0.99), cpuMs, events }
}

/** The processor time of this process and of the connections to the cell so far. */
const cpuMsOf = async ({ pool }: Cell): Promise<number | undefined> => {
  if (process.platform !== 'linux') return undefined
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where backend_type = 'client backend' and datname = current_database()`,
  )
  const { user, system } = process.cpuUsage()
  const ticks = rows.map(({ pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11]) + Number(fields[12])
  })
  return (user + system) / 1000 + ticks.reduce((sum, each) => sum + each, 0) * tickMs
}

const tickMs = 10

const nobodyElse: FeedNeeds = {
  findPeople: async () => new Map(),
  findKeys: async () => new Map(),
  findGone: async () => new Set(),
  openClients: async () => new Map(),
  undoers: {},
}

const readerIn = (cell: Cell): Actor =>
  ({ userId: 'reader', role: 'owner', workspace: { id: hotId, username: 'hot', cell } }) as Actor
