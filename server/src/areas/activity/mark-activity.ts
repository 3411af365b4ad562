import { type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../../door/actor.ts'
import { loadReader } from './feed/reader.ts'
import { newestSeq } from './feed/window.ts'

type Which = { all: true; upTo?: string | undefined } | { eventIds: string[] }

/** Marks events of the workspace as seen by the actor; all of them, or all up to one, is one row, however many there are. Marks are the
 *  reader's own; ids of other workspaces match nothing. */
export const markSeen = async (actor: Actor, which: Which, at: Date): Promise<void> => {
  if ('all' in which) return raise(actor, 'seen', which.upTo)
  await mark(actor, which.eventIds, {
    columns: sql`seen_at`,
    values: sql`${at.toISOString()}::timestamptz`,
    update: sql`seen_at = excluded.seen_at`,
    where: sql`activity_marks.seen_at is null`,
  })
}

/** Moves events into the actor's archive, or back into the inbox. */
export const setArchived = async (actor: Actor, which: Which, archive: boolean, at: Date): Promise<void> => {
  if ('all' in which) return raise(actor, 'archived')
  const { cell, id } = actor.workspace
  const { archiveRound } = await loadReader(cell.db, id, actor.userId)
  await mark(actor, which.eventIds, {
    columns: sql`archived_at, restored_round`,
    values: archive
      ? sql`${at.toISOString()}::timestamptz, null::integer`
      : sql`null::timestamptz, ${archiveRound}::integer`,
    update: sql`archived_at = excluded.archived_at, restored_round = excluded.restored_round`,
    where: sql`true`,
  })
}

/** Raises a watermark of the reader to the newest event, or to the one named; never lowers it. */
const raise = async (
  { workspace, userId }: Actor,
  which: 'seen' | 'archived',
  upTo?: string,
): Promise<void> => {
  const newest =
    upTo === undefined
      ? newestSeq(workspace.id)
      : sql`select seq from activity_events where id = ${upTo} and workspace_id = ${workspace.id}`
  const mark = sql.identifier(`${which}_seq`)
  // What was restored before belongs to an earlier round, and so is archived with the rest.
  const rounds = which === 'seen' ? 0 : 1
  await workspace.cell.db.execute(sql`
    insert into activity_readers (workspace_id, user_id, ${mark}, archive_round)
    values (${workspace.id}, ${userId}, coalesce((${newest}), 0), ${rounds})
    on conflict (workspace_id, user_id) do update
      set ${mark} = greatest(activity_readers.${mark}, excluded.${mark}),
        archive_round = activity_readers.archive_round + excluded.archive_round`)
}

type Change = { columns: SQL; values: SQL; update: SQL; where: SQL }

const mark = async (
  { workspace, userId }: Actor,
  eventIds: readonly string[],
  { columns, values, update, where }: Change,
): Promise<void> => {
  await workspace.cell.db.execute(sql`
    insert into activity_marks (workspace_id, user_id, event_id, seq, ${columns})
    select e.workspace_id, ${userId}, e.id, e.seq, ${values}
    from activity_events e
    where e.workspace_id = ${workspace.id} and e.id in (${sql.join(
      eventIds.map((id) => sql`${id}`),
      sql`, `,
    )})
    order by e.id -- two at once take the rows in one order
    on conflict (user_id, event_id) do update set ${update} where ${where}`)
}
