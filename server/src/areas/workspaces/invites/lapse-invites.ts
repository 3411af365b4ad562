import { and, eq, inArray, lt, lte, ne, type SQL } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { secondsAfter } from '../../../clock.ts'
import type { Settlement } from '../../../directory/janitor.ts'
import type { House } from '../../../house.ts'
import { escapeHtml } from '../../../html.ts'
import { addJob, type JobPayload } from '../../../outbox/outbox.ts'
import type { Mail } from '../../../ports/mail.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { button, page } from '../../accounts/mails/layout.ts'
import { findPerson } from '../../accounts/profiles/find-person.ts'
import { loadProfile } from '../../accounts/profiles/profile.ts'
import { invites, memberships } from '../table.ts'
import { endInvite } from './end-invite.ts'
import { openInvited } from './invite-email.ts'
import { recordInvite } from './invite-event.ts'
import { inviteEntry } from './invite-token.ts'

/** How long a link that is over goes on saying why, accepted or lapsed, before it is unknown. */
const keptSeconds = 90 * 24 * 3600
const batchMax = 500

/** Ends invites whose time is up, and has the owner told (SPEC 4.5). Their seats have been free since that moment. */
export const lapseInvites = async ({ cells }: Pick<House, 'cells'>, at: Date): Promise<void> => {
  await Promise.all(cells.all.map((cell) => lapseIn(cell, at)))
}

const lapseIn = async (cell: Cell, at: Date): Promise<void> => {
  const due = await cell.db
    .select()
    .from(invites)
    .where(and(eq(invites.status, 'pending'), lte(invites.expiresAt, at)))
    .limit(batchMax)
  for (const { id } of due) await cell.db.transaction((tx) => lapseWhere(tx, cell.id, eq(invites.id, id), at))
}

/** Ends those of the chosen invites whose time is up, each told once, whoever notices first. */
export const lapseWhere = async (
  tx: Tx,
  cellId: string,
  chosen: SQL | undefined,
  at: Date,
): Promise<void> => {
  const lapsed = await tx
    .update(invites)
    .set({ status: 'expired', settledAt: at })
    .where(and(chosen, eq(invites.status, 'pending'), lte(invites.expiresAt, at)))
    .returning()
  for (const invite of lapsed) {
    const doer = { userId: invite.invitedBy, workspaceId: invite.workspaceId }
    await recordInvite(tx, doer, 'invite_expired', invite, at)
    await addJob(tx, 'mail-invite-lapsed', { cellId, inviteId: invite.id })
  }
}

/** Job: tells the owner of the workspace that an invite was not accepted in time. */
export const mailInviteLapsed = async (
  house: Pick<House, 'cells' | 'directory' | 'keyRing' | 'mail' | 'siteUrl'>,
  { cellId = '', inviteId = '' }: JobPayload,
): Promise<void> => {
  const { db } = house.cells.get(cellId)
  const [lapsed] = await db
    .select({ invite: invites, ownerId: memberships.userId })
    .from(invites)
    .innerJoin(
      memberships,
      and(eq(memberships.workspaceId, invites.workspaceId), eq(memberships.role, 'owner')),
    )
    .where(eq(invites.id, inviteId))
  const owner = lapsed && (await findPerson(house, lapsed.ownerId))
  if (!lapsed || !owner) return
  const { displayName } = await loadProfile(db, lapsed.invite.workspaceId)
  const dataKey = await loadDataKey(db, house.keyRing, lapsed.invite.workspaceId)
  await house.mail.send(
    lapsedMail(owner.email, openInvited(dataKey, lapsed.invite), displayName, house.siteUrl()),
  )
}

const lapsedMail = (to: string, invited: string, workspace: string, siteUrl: string): Mail => {
  const sentence = `The invite of ${invited} to ${workspace} was not accepted within fourteen days and has lapsed. Its seat is free again.`
  const url = `${siteUrl}/settings?tab=teams`
  return {
    to,
    subject: 'An invite to your Gatehouse workspace has lapsed',
    text: `${sentence}\n\nInvite them again: ${url}\n`,
    html: page(
      'An invite has lapsed',
      `<p>${escapeHtml(sentence)}</p>\n${button(url, 'Look at the members')}`,
    ),
  }
}

/** Removes invites that were settled long ago, and what the directory knows of them. */
export const sweepInvites = async (
  { cells, directory }: Pick<House, 'cells' | 'directory'>,
  at: Date,
): Promise<void> => {
  await Promise.all(
    cells.all.map(async ({ db }) => {
      for (let found = batchMax; found === batchMax; ) {
        const old = await db
          .select()
          .from(invites)
          .where(and(ne(invites.status, 'pending'), lt(invites.settledAt, secondsAfter(at, -keptSeconds))))
          .limit(batchMax)
        found = old.length
        if (found === 0) return
        const entries = old.map(({ tokenDigest }) => inviteEntry(tokenDigest))
        await directory.release(entries, { userId: '' }, at)
        await db.delete(invites).where(
          inArray(
            invites.id,
            old.map(({ id }) => id),
          ),
        )
        await directory.forget(entries)
      }
    }),
  )
}

/** What the janitor needs to know about invites. A token that was let go has nothing left to follow: its invite says by itself that
 *  another token is in force, or that it is settled. */
export const inviteSettlement = ({ cells }: Pick<House, 'cells'>): Settlement => ({
  async isWritten({ cellId, subjectId }, { digest }) {
    const [row] = await cells
      .get(cellId)
      .db.select({ tokenDigest: invites.tokenDigest })
      .from(invites)
      .where(eq(invites.id, subjectId))
    return row?.tokenDigest.equals(digest) ?? false
  },
  async remove({ cellId, subjectId }, by, at, { digest }) {
    // A cancel that died before its commit: access has ended, so the invite is over.
    await cells.get(cellId).db.transaction(async (tx) => {
      const [invite] = await tx
        .select()
        .from(invites)
        .where(and(eq(invites.id, subjectId), eq(invites.tokenDigest, digest), eq(invites.status, 'pending')))
        .for('update')
      if (!invite) return
      const { workspaceId, invitedBy } = invite
      await endInvite(tx, { ...(by ?? { userId: invitedBy }), workspaceId }, invite, at)
    })
  },
})

/** Tokens of a workspace that is going, for the directory to forget. */
export const listInviteEntries = async ({ db }: Cell, workspaceId: string) => {
  const rows = await db
    .select({ tokenDigest: invites.tokenDigest })
    .from(invites)
    .where(eq(invites.workspaceId, workspaceId))
  return rows.map(({ tokenDigest }) => inviteEntry(tokenDigest))
}
