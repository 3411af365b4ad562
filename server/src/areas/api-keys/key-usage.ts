import type { Cell } from '../../cells/cells.ts'
import type { Actor } from '../../door/actor.ts'
import { networkOf } from '../../door/network-of.ts'
import { isWorking } from '../../door/working-key.ts'
import type { House } from '../../house.ts'
import { describeClient } from '../accounts/sessions/describe-client.ts'
import type { KeyClient } from './key-clients.ts'
import { type KeyUses, writeUses } from './write-uses.ts'

/** How many different clients of one key are told apart between two writes; the earliest gives way to a new one. */
const clientsMax = 50
/** How many keys are written in one transaction: whoever revokes one of them waits for it. */
const writtenAtOnceMax = 200
/** How many machines are known by name at once. */
const machinesMax = 10_000

type Pending = { cell: Cell; uses: KeyUses }

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

  /** Counts a use of a key. `endpoint` is the method and the pattern of the route. Sessions are no keys, and are stepped over; a key
   *  that is paused, or tried from elsewhere than it may be, is not used. */
  note({ credential, userId, workspace, client }: Actor, endpoint: string, at: Date): void {
    if (credential.kind !== 'key' || !isWorking(credential, client.ip)) return
    const { keyId } = credential
    const { uses } = this.pendingOf(workspace.cell, keyId, userId)
    uses.count++
    uses.lastUsedAt = at
    const place = placeOf(keyId, client)
    const machine = this.machines.get(place)
    const clientKey = `${place}\n${machine?.hostname ?? ''}`
    let used = uses.clients.get(clientKey)
    if (!used) {
      if (uses.clients.size >= clientsMax) forgetFirst(uses.clients)
      used = { client: clientOf(client, machine), firstUsedAt: at, lastUsedAt: at, endpoints: new Map() }
      uses.clients.set(clientKey, used)
    }
    used.lastUsedAt = at
    const before = used.endpoints.get(endpoint)
    used.endpoints.set(endpoint, { uses: (before?.uses ?? 0) + 1, lastUsedAt: at })
  }

  /** Takes note of what a training client says about its machine; uses from the same place by the same program go under that name. */
  learnMachine({ credential, client }: Actor, hostname: string, version: string | undefined): void {
    if (credential.kind !== 'key' || !hostname) return
    const place = placeOf(credential.keyId, client)
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
      pending = { cell, uses: { keyId, madeBy, count: 0, lastUsedAt: new Date(0), clients: new Map() } }
      this.pending.set(keyId, pending)
    }
    return pending
  }

  /** Puts what could not be written back; of its details what came since is enough. */
  private keep(cell: Cell, uses: KeyUses): void {
    const newer = this.pending.get(uses.keyId)
    if (newer) newer.uses.count += uses.count
    else this.pending.set(uses.keyId, { cell, uses })
  }
}

const forgetFirst = (map: Map<string, unknown>): void => {
  const [first] = map.keys()
  if (first !== undefined) map.delete(first)
}

const placeOf = (keyId: string, { ip, userAgent }: Actor['client']): string =>
  `${keyId}\n${networkOf(ip)}\n${userAgent}`

const clientOf = (
  { ip, userAgent }: Actor['client'],
  machine: { hostname: string; client: string } | undefined,
): KeyClient => ({
  ...(machine ? { hostname: machine.hostname } : {}),
  address: networkOf(ip),
  client: machine?.client ?? describeClient(userAgent).browser,
})
