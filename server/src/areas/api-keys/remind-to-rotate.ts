import { and, eq, isNull, lte } from 'drizzle-orm'
import { rotateAfterDays } from '#contract/api-keys.ts'
import { secondsAfter } from '../../clock.ts'
import type { House } from '../../house.ts'
import { escapeHtml } from '../../html.ts'
import { addJob, type JobPayload } from '../../outbox/outbox.ts'
import type { Mail } from '../../ports/mail.ts'
import { button, page } from '../accounts/mails/layout.ts'
import { findPerson } from '../accounts/profiles/find-person.ts'
import { loadProfile } from '../accounts/profiles/profile.ts'
import { statusOf } from './key-limits.ts'
import { apiKeys } from './table.ts'

const batchMax = 500

/** Has whoever made a key told once that it is time to rotate it. A key that opens nothing any more is passed over. */
export const remindToRotate = async ({ cells }: Pick<House, 'cells'>, at: Date): Promise<void> => {
  const before = secondsAfter(at, -rotateAfterDays * 24 * 3600)
  await Promise.all(
    cells.all.map(async (cell) => {
      const due = await cell.db
        .select()
        .from(apiKeys)
        .where(and(isNull(apiKeys.remindedAt), lte(apiKeys.createdAt, before)))
        .limit(batchMax)
      for (const { id } of due)
        await cell.db.transaction(async (tx) => {
          const [key] = await tx
            .update(apiKeys)
            .set({ remindedAt: at })
            .where(and(eq(apiKeys.id, id), isNull(apiKeys.remindedAt)))
            .returning()
          if (key && statusOf(key, at) !== 'expired')
            await addJob(tx, 'mail-key-reminder', { cellId: cell.id, keyId: id })
        })
    }),
  )
}

/** Job: mails it, unless the key or the person is gone. */
export const mailKeyReminder = async (
  house: Pick<House, 'cells' | 'directory' | 'keyRing' | 'mail' | 'siteUrl'>,
  { cellId = '', keyId = '' }: JobPayload,
): Promise<void> => {
  const { db } = house.cells.get(cellId)
  const [key] = await db.select().from(apiKeys).where(eq(apiKeys.id, keyId))
  const person = key && (await findPerson(house, key.createdBy))
  if (!key || !person) return
  const { displayName } = await loadProfile(db, key.workspaceId)
  await house.mail.send(reminderMail(person.email, key.name, displayName, house.siteUrl()))
}

const reminderMail = (to: string, key: string, workspace: string, siteUrl: string): Mail => {
  const sentence = `Your API key \u201c${key}\u201d in ${workspace} is ${rotateAfterDays} days old. Rotating it takes a minute: the earlier one goes on working while you switch over.`
  const url = `${siteUrl}/settings?tab=api-keys`
  return {
    to,
    subject: 'Time to rotate a Gatehouse API key',
    text: `${sentence}\n\n${url}\n\nThis is told once for each key.\n`,
    html: page(
      'Time to rotate a key',
      `<p>${escapeHtml(sentence)}</p>
${button(url, 'Look at my keys')}
<p style="color:#5b6470;font-size:14px">This is told once for each key.</p>`,
    ),
  }
}
