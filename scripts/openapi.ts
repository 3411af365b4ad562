import { writeFile } from 'node:fs/promises'
import { buildApp } from '../server/src/app.ts'
import { openCells } from '../server/src/cells/cells.ts'
import { openDatabase } from '../server/src/cells/database.ts'
import { systemClock } from '../server/src/clock.ts'
import { parseConfig } from '../server/src/config.ts'
import { makeKeyRing } from '../server/src/crypto/key-ring.ts'
import { Directory } from '../server/src/directory/directory.ts'
import { makeCookies } from '../server/src/door/cookies.ts'
import type { House } from '../server/src/house.ts'
import { makeLog } from '../server/src/log.ts'
import { diskFiles } from '../server/src/ports/disk-files.ts'
import { Mailbox } from '../server/src/ports/mailbox.ts'
import { MemoryRateLimiter } from '../server/src/ports/memory-rate.ts'

/** Writes contract/openapi.json from the routes' own shapes. No store is touched: pools connect on first use. */
const nowhere = 'postgresql:///nowhere?host=/nonexistent'
const house: House = {
  config: parseConfig({}),
  clock: systemClock,
  log: makeLog('silent'),
  keyRing: makeKeyRing(new Map([[1, Buffer.alloc(32)]])),
  directory: new Directory(
    openDatabase(nowhere, () => {}),
    Buffer.alloc(32),
  ),
  cells: openCells([{ id: 'us-1', region: 'us', url: nowhere }], () => {}),
  mail: new Mailbox(systemClock),
  files: diskFiles('nowhere'),
  rate: new MemoryRateLimiter(),
  cookies: makeCookies(false),
  siteUrl: () => 'http://localhost:3000',
}

const app = await buildApp(house, {
  webDist: new URL('../web/dist/', import.meta.url),
  runDue: async () => {},
})
await app.http.ready()
const target = new URL('../contract/openapi.json', import.meta.url)
await writeFile(target, `${JSON.stringify(app.http.swagger(), null, 2)}\n`)
await app.http.close()
console.log('Wrote contract/openapi.json')
