import type { Clock } from '../clock.ts'
import { makeToken } from '../crypto/token.ts'
import type { Mail, MailPort } from './mail.ts'

export type MailboxMessage = Mail & { id: string; sentAt: string }

/** Mail that stays on this machine (SPEC 18). Kept in memory only: a message may belong to a sign-up of which nothing may be stored
 *  yet. */
export class Mailbox implements MailPort {
  readonly kind = 'embedded'
  private readonly messages: MailboxMessage[] = []
  private readonly clock: Clock
  private readonly messagesMax = 1000
  constructor(clock: Clock) {
    this.clock = clock
  }

  async send(mail: Mail): Promise<void> {
    this.messages.unshift({ id: makeToken(), ...mail, sentAt: this.clock.now().toISOString() })
    this.messages.length = Math.min(this.messages.length, this.messagesMax)
  }

  async close(): Promise<void> {}

  /** Newest first. `to` is compared without case. */
  list(to?: string): readonly MailboxMessage[] {
    const wanted = to?.trim().toLowerCase()
    return wanted ? this.messages.filter((message) => message.to.toLowerCase() === wanted) : this.messages
  }
}
