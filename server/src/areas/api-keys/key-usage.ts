import type { Cell } from '../../cells/cells.ts'
import type { Actor } from '../../door/actor.ts'
import { networkOf } from '../../door/network-of.ts'
import { isWorking } from '../../door/working-key.ts'
import type { House } from '../../house.ts'
import { describeClient } from '../accounts/sessions/describe-client.ts'
import type { KeyClient } from './key-clients.ts'
import { type ClientUses, type EndpointUses, type KeyUses, writeUses } from './write-uses.ts'

/** How many different clients of one key are told apart between two writes; the earliest gives way to a new one. */
const clientsMax = 50
/** How many keys are written in one transaction: whoever revokes one of them waits for it. */
const writtenAtOnceMax = 200
/** How many machines are known by name at once. */
const machinesMax = 10_000

/** From where and for what a key was used, and where that is counted. */
type Use = Place & { client: ClientUses; endpoint: EndpointUses }
type Place = { ip: string; userAgent: string; method: string; route: string }

/** `last` saves putting names together again: most uses of a key are like the one before. */
type Pending = { cell: Cell; uses: KeyUses; last: Use | undefined }

/** Counts uses in memory and writes them in batches, so that a request with a key costs no write. A crash loses the last seconds of
 *  a statistic, nothing else. */
export class KeyUsage {
  private readonly keyRing: House['keyRing']
  private pending = new Map<string, Pending>()
  /** Names that training clients gave their machines, by key, network and program. */
  private readonly machines = new Map<string, { hostname: string; client: string }>()

  constructor({ keyRing }: Pick<House, 'keyRing'>) {
    this.keyRing = keyRing
  }

  /** Counts a use of a key, by the method and the pattern of the route. Sessions are no keys, and are stepped over; a key that is
   *  paused, or tried from elsewhere than it may be, is not used. */
  note({ credential, userId, workspace, client }: Actor, method: string, route: string, at: Date): void {
    if (credential.kind !== 'key' || !isWorking(credential, client.ip)) return
    const pending = this.pendingOf(workspace.cell, credential.keyId, userId)
    const { ip, userAgent } = client
    const { last } = pending
    const isLikeLast =
      last?.route === route && last.method === method && last.ip === ip && last.userAgent === userAgent
    const use = isLikeLast ? last : this.findUse(pending.uses, { ip, userAgent, method, route }, at)
    pending.last = use
    pending.uses.count++
    use.endpoint.uses++
    pending.uses.lastUsedAt = use.client.lastUsedAt = use.endpoint.lastUsedAt = at
  }

  /** Takes note of what a training client says about its machine; uses from the same place by the same program go under that name. */
  learnMachine({ credential, client }: Actor, hostname: string, version: string | undefined): void {
    if (credential.kind !== 'key' || !hostname) return
    const place = placeOf(credential.keyId, client)
    const pending = this.pending.get(credential.keyId)
    if (pending) pending.last = undefined
    // Said last, kept longest: a map gives its entries in the order they came.
    this.machines.delete(place)
    if (this.machines.size >= machinesMax) forgetFirst(this.machines)
    this.machines.set(place, {
      hostname: hostname.slice(0, 100),
      client: version ? `ultralytics ${version.slice(0, 40)}` : describeClient(client.userAgent).browser,
    })
  }

  /** Writes what has gathered, of one cell or of all. What cannot be written now is kept for the next time; a cell that is away
   *  keeps no other waiting. */
  async flush(only?: Cell): Promise<void> {
    const batch = [...this.pending].filter(([, { cell }]) => only === undefined || cell === only)
    for (const [keyId] of batch) this.pending.delete(keyId)
    const byCell = Map.groupBy(batch, ([, { cell }]) => cell)
    const written = await Promise.allSettled(
      [...byCell].map(([cell, entries]) =>
        this.write(
          cell,
          entries.map(([, { uses }]) => uses),
        ),
      ),
    )
    const failed = written.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  private async write(cell: Cell, uses: readonly KeyUses[]): Promise<void> {
    for (let from = 0; from < uses.length; from += writtenAtOnceMax) {
      try {
        await writeUses(cell, this.keyRing, uses.slice(from, from + writtenAtOnceMax))
      } catch (error) {
        for (const use of uses.slice(from)) this.keep(cell, use)
        throw error
      }
    }
  }

  private pendingOf(cell: Cell, keyId: string, madeBy: string): Pending {
    let pending = this.pending.get(keyId)
    if (!pending) {
      const uses = { keyId, madeBy, count: 0, lastUsedAt: new Date(0), clients: new Map() }
      pending = { cell, uses, last: undefined }
      this.pending.set(keyId, pending)
    }
    return pending
  }

  /** Puts what could not be written back; of its details what came since is enough. */
  private keep(cell: Cell, uses: KeyUses): void {
    const newer = this.pending.get(uses.keyId)
    if (newer) newer.uses.count += uses.count
    else this.pending.set(uses.keyId, { cell, uses, last: undefined })
  }

  private findUse({ keyId, clients }: KeyUses, place: Place, at: Date): Use {
    const from = placeOf(keyId, place)
    const machine = this.machines.get(from)
    const clientKey = `${from}\n${machine?.hostname ?? ''}`
    let client = clients.get(clientKey)
    if (!client) {
      if (clients.size >= clientsMax) forgetFirst(clients)
      client = { client: clientOf(place, machine), firstUsedAt: at, lastUsedAt: at, endpoints: new Map() }
      clients.set(clientKey, client)
    }
    const named = `${place.method} ${place.route}`
    let endpoint = client.endpoints.get(named)
    if (!endpoint) {
      endpoint = { uses: 0, lastUsedAt: at }
      client.endpoints.set(named, endpoint)
    }
    return { ...place, client, endpoint }
  }
}

const forgetFirst = (map: Map<string, unknown>): void => {
  const [first] = map.keys()
  if (first !== undefined) map.delete(first)
}

const placeOf = (keyId: string, { ip, userAgent }: Pick<Place, 'ip' | 'userAgent'>): string =>
  `${keyId}\n${networkOf(ip)}\n${userAgent}`

const clientOf = (
  { ip, userAgent }: Pick<Place, 'ip' | 'userAgent'>,
  machine: { hostname: string; client: string } | undefined,
): KeyClient => ({
  ...(machine ? { hostname: machine.hostname } : {}),
  address: networkOf(ip),
  client: machine?.client ?? describeClient(userAgent).browser,
})
