import type { Cells } from './cells/cells.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { KeyRing } from './crypto/key-ring.ts'
import type { Directory } from './directory/directory.ts'
import type { Cookies } from './door/cookies.ts'
import type { Log } from './log.ts'
import type { FilePort } from './ports/files.ts'
import type { MailPort } from './ports/mail.ts'
import type { RateLimiter } from './ports/rate.ts'

/** Everything the areas stand on, put together by `main.ts` or the test harness. Commands name the parts they need. */
export type House = {
  config: Config
  clock: Clock
  log: Log
  keyRing: KeyRing
  directory: Directory
  cells: Cells
  mail: MailPort
  files: FilePort
  rate: RateLimiter
  cookies: Cookies
  /** The site as people reach it, without a trailing slash: the base of every absolute link. */
  siteUrl: () => string
}
