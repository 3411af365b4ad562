import { openCells } from '../server/src/cells/cells.ts'
import { sha256 } from '../server/src/crypto/digest.ts'
import type { Identity } from '../server/src/door/actor.ts'
import { Memory } from '../server/src/gate/memory.ts'
import { cellId } from './fill-house.ts'
import { keyValueOf } from './keys.ts'
import type { MemoryUse } from './memory.ts'

/* Fills the memory of the gate with keys as the server remembers them, and tells what that takes. Needs `--expose-gc`. */

type Found = NonNullable<Awaited<ReturnType<Identity['findKey']>>>

const entries = 1_000_000
const atOnce = 10_000

/** A text as it comes from a database: nobody else's. */
const told = <T extends string>(text: T): T => Buffer.from(text).toString('utf8') as T

// Nothing is asked of it.
const cell = openCells([{ id: cellId, region: 'us', url: 'postgres://localhost' }], () => {}).get(cellId)

/** The same in shape and length as what the server makes of a key's row and of its maker's. Every key belongs to somebody else, which
 *  takes the most. */
const loadedOf = (n: number) => {
  const id = n.toString(16).padStart(24, '0')
  const [keyId, userId, workspaceId] = [told(id), told(`user_${id}`), told(`user_${id}`)]
  const username = told(`person-${n.toString().padStart(7, '0')}`)
  const value: Found = {
    userId,
    role: told('owner'),
    workspace: {
      id: workspaceId,
      username,
      displayName: told(username),
      accountType: told('personal'),
      plan: told('free'),
      region: cell.region,
      cell,
      secondFactorRequired: false,
      licenseExpired: false,
      licenseUntil: null,
      seatsMax: 1,
    },
    credential: {
      kind: 'key',
      keyId,
      keyPrefix: told(keyValueOf(n).slice(0, 11)),
      scopes: null,
      expiresAt: null,
      pausedAt: null,
      allowedAddresses: null,
    },
  }
  return {
    value,
    cellId: cell.id,
    subjects: [`key ${keyId}`, `member ${workspaceId} ${userId}`, `workspace ${workspaceId}`],
    reloadAt: null,
  }
}

const use = (): { heap: number; resident: number } => {
  for (let n = 0; n < 3; n++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}

const memory = new Memory<Found>(
  () => ({ since: 0 }),
  () => 0,
  () => performance.now(),
  { entriesMax: entries },
)
const at = new Date()
const before = use()
for (let n = 0; n < entries; n += atOnce)
  await Promise.all(
    Array.from({ length: atOnce }, async (_, more) =>
      memory.find(sha256(keyValueOf(n + more)).toString('base64'), at, async () => loadedOf(n + more)),
    ),
  )
const after = use()
if (memory.counts.size !== entries) throw new Error(`Only ${memory.counts.size} keys were remembered`)
const measured: MemoryUse = {
  entries,
  heapBytesPerKey: (after.heap - before.heap) / entries,
  residentBytesPerKey: (after.resident - before.resident) / entries,
}
process.stdout.write(JSON.stringify(measured))
