import type { ProviderName } from '#contract/identities.ts'
import type { Config } from '../../src/config.ts'
import type { MailPort } from '../../src/ports/mail.ts'

/** A house as another process can make it. */
export type NodeTask = {
  urls: { directory: string; cells: Record<string, string> }
  config: Config
  masterKeys: ReadonlyMap<number, Buffer>
  directorySecret: Buffer
  filesDir: string
  siteUrl: string
  now: Date
  /** Null: the embedded mailbox. */
  mail: MailPort['kind'] | null
  providers: { name: ProviderName; issuer: string }[] | null
  redisUrl: string
}

/** The test's time, as the request brings it. */
export const timeHeader = 'x-test-time'
