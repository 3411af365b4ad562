import { keepAsking } from './connection.ts'

/* A process that asks the nodes: with live credentials all the time, and with the one that is being taken away, before and after. */

export type Order =
  /** Keeps `connections` busy over all nodes with these requests in turn. */
  | { kind: 'load'; ports: number[]; requests: string[]; connections: number }
  /** Asks with the credential of this round on every node, from now on. */
  | { kind: 'begin'; ports: number[]; request: string; after: number }
  /** This node stands still: what is sent to it from now on it will read when it wakes. */
  | { kind: 'frozen'; port: number }
  /** The change was answered. `after` requests are sent from now on. */
  | { kind: 'answered' }
  /** Ends the load. */
  | { kind: 'end' }

export type Statuses = Record<string, number>

export type Told =
  /** The credential is in use on every node. */
  | { kind: 'warm' }
  /** What came of those sent from the answer on, and of those that a frozen node found when it woke. */
  | { kind: 'counted'; after: Statuses; stuck: Statuses }
  | { kind: 'loaded'; statuses: Statuses }

/** On each node: with the credential of the round while it is good, and on top of them after the answer, several under way on each. */
const connectionsBefore = 3
const connectionsAfter = 8
const depthAfter = 4
/** How often every node has let the credential in before anything happens. */
const warmAnswers = 20
/** How many requests wait for a frozen node. */
const stuckConnections = 16

const count = (statuses: Statuses, status: number) => {
  statuses[status] = (statuses[status] ?? 0) + 1
}
const tell = (told: Told) => process.send?.(told)

let isLoading = false
let loaded: Promise<unknown> = Promise.resolve()
const load: Statuses = {}

const startLoad = ({ ports, requests, connections }: Extract<Order, { kind: 'load' }>) => {
  isLoading = true
  let turn = 0
  const next = () => (isLoading ? requests[turn++ % requests.length] : undefined)
  loaded = Promise.all(
    Array.from({ length: connections }, (_, n) =>
      keepAsking(ports[n % ports.length] ?? 0, next, (status) => count(load, status)),
    ),
  )
}

type Round = {
  ports: number[]
  request: string
  before: Statuses[]
  after: Statuses
  stuck: Statuses
  answeredMs: number
  left: number
  isWarm: boolean
  asking: Promise<unknown>[]
}
let round: Round | undefined

const beginRound = ({ ports, request, after }: Extract<Order, { kind: 'begin' }>) => {
  round = {
    ports,
    request,
    before: ports.map(() => ({})),
    after: {},
    stuck: {},
    answeredMs: Number.POSITIVE_INFINITY,
    left: after,
    isWarm: false,
    asking: [],
  }
  askEverywhere(round, connectionsBefore, 1)
}

const askEverywhere = (round: Round, connections: number, depth: number) => {
  const next = () => {
    const isOver = round.answeredMs !== Number.POSITIVE_INFINITY && round.left-- <= 0
    return isOver ? undefined : round.request
  }
  for (const [node, port] of round.ports.entries()) {
    const note = (status: number, sentMs: number) => {
      count(sentMs >= round.answeredMs ? round.after : (round.before[node] ?? {}), status)
      if (round.isWarm || round.before.some((statuses) => (statuses[200] ?? 0) < warmAnswers)) return
      round.isWarm = true
      tell({ kind: 'warm' })
    }
    for (let n = 0; n < connections; n++) round.asking.push(keepAsking(port, next, note, depth))
  }
}

const askFrozen = (port: number) => {
  const current = round
  if (!current) return
  for (let n = 0; n < stuckConnections; n++) {
    let left = 1
    const next = () => (left-- > 0 ? current.request : undefined)
    current.asking.push(keepAsking(port, next, (status) => count(current.stuck, status)))
  }
}

const finishRound = async () => {
  if (!round) return
  round.answeredMs = performance.now()
  askEverywhere(round, connectionsAfter, depthAfter)
  const { after, stuck, asking } = round
  await Promise.all(asking)
  tell({ kind: 'counted', after, stuck })
}

process.on('message', (order: Order) => {
  if (order.kind === 'load') startLoad(order)
  else if (order.kind === 'begin') beginRound(order)
  else if (order.kind === 'frozen') askFrozen(order.port)
  else if (order.kind === 'answered') void finishRound()
  else {
    isLoading = false
    void loaded.then(() => tell({ kind: 'loaded', statuses: load }))
  }
})
