import { and, eq } from 'drizzle-orm'
import { inviteDays } from '#contract/members.ts'
import type { Tx } from '../../../cells/database.ts'
import { type DataKey, openField, sealField } from '../../../crypto/seal.ts'
import type { Actor } from '../../../door/actor.ts'
import type { House } from '../../../house.ts'
import { escapeHtml } from '../../../html.ts'
import { addJob, type JobPayload } from '../../../outbox/outbox.ts'
import type { Mail } from '../../../ports/mail.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { button, page } from '../../accounts/mails/layout.ts'
import { loadDisplayNames } from '../../accounts/profiles/profile.ts'
import { type InviteRow, invites } from '../table.ts'
import { openInvited } from './invite-email.ts'
import { inviteDigest, inviteUrl } from './invite-token.ts'

const tokenIdentity = (inviteId: string): string => `invite-mail:${inviteId}`

/** Mails the link once the change has committed. The job carries the token sealed under the workspace's data key. */
export const mailInviteLater = async (
  tx: Tx,
  { cell, id: workspaceId }: Actor['workspace'],
  dataKey: DataKey,
  inviteId: string,
  token: string,
): Promise<void> => {
  const sealed = sealField(dataKey, tokenIdentity(inviteId), token).toString('base64')
  await addJob(tx, 'mail-invite', { cellId: cell.id, workspaceId, inviteId, sealed })
}

/** Job: sends it, unless the invite was settled or got another token meanwhile. */
export const mailInvite = async (
  { cells, keyRing, mail, siteUrl }: Pick<House, 'cells' | 'keyRing' | 'mail' | 'siteUrl'>,
  { cellId = '', workspaceId = '', inviteId = '', sealed = '' }: JobPayload,
): Promise<void> => {
  const { db } = cells.get(cellId)
  const [invite] = await db
    .select()
    .from(invites)
    .where(and(eq(invites.id, inviteId), eq(invites.status, 'pending')))
  if (!invite) return
  const dataKey = await loadDataKey(db, keyRing, workspaceId)
  const token = openField(dataKey, tokenIdentity(inviteId), Buffer.from(sealed, 'base64'))
  if (!invite.tokenDigest.equals(inviteDigest(token))) return
  const names = await loadDisplayNames(db, [workspaceId, invite.invitedBy])
  await mail.send(
    inviteMail(openInvited(dataKey, invite), inviteUrl(siteUrl(), token), {
      workspace: names.get(workspaceId) ?? 'a workspace',
      invitedBy: names.get(invite.invitedBy) ?? 'Somebody',
      role: invite.role,
    }),
  )
}

type Words = { workspace: string; invitedBy: string; role: InviteRow['role'] }

const inviteMail = (to: string, url: string, { workspace, invitedBy, role }: Words): Mail => {
  const sentence = `${oneLine(invitedBy)} invites you to ${oneLine(workspace)} on Gatehouse, as ${role}.`
  const until = `The link is for this address alone and holds for ${inviteDays} days. If you do not know who sent it, you can ignore this mail.`
  return {
    to,
    subject: `${oneLine(invitedBy)} invites you to ${oneLine(workspace)} on Gatehouse`,
    text: `${sentence}\n\nOpen this link to join:\n\n${url}\n\n${until}\n`,
    html: page(
      escapeHtml(`Join ${workspace}`),
      `<p>${escapeHtml(sentence)}</p>
${button(url, 'Look at the invite')}
<p style="color:#5b6470;font-size:14px">${until}</p>`,
    ),
  }
}

/** A name somebody chose, on the one line a subject has. */
const oneLine = (name: string): string => name.replace(/\s+/g, ' ')
