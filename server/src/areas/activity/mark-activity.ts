import { sql } from 'drizzle-orm'
import type { Actor } from '../../door/actor.ts'

type Which = { all: true } | { eventIds: string[] }

const chosen = (which: Which) =>
  'all' in which
    ? sql`true`
    : sql`e.id in (${sql.join(
        which.eventIds.map((id) => sql`${id}`),
        sql`, `,
      )})`

/** Marks events of the workspace as seen by the actor. Marks are the reader's own; ids of other workspaces match nothing. */
export const markSeen = async ({ workspace, userId }: Actor, which: Which, at: Date): Promise<void> => {
  await workspace.cell.db.execute(sql`
    insert into activity_marks (workspace_id, user_id, event_id, seen_at)
    select e.workspace_id, ${userId}, e.id, ${at.toISOString()}::timestamptz
    from activity_events e
    left join activity_marks m on m.event_id = e.id and m.user_id = ${userId}
    where e.workspace_id = ${workspace.id} and m.seen_at is null and ${chosen(which)}
    order by e.id -- two at once take the rows in one order
    on conflict (user_id, event_id) do update set seen_at = excluded.seen_at`)
}

/** Moves events into the actor's archive, or back into the inbox. */
export const setArchived = async (
  { workspace, userId }: Actor,
  which: Which,
  archive: boolean,
  at: Date,
): Promise<void> => {
  const archivedAt = archive ? at.toISOString() : null
  await workspace.cell.db.execute(sql`
    insert into activity_marks (workspace_id, user_id, event_id, archived_at)
    select e.workspace_id, ${userId}, e.id, ${archivedAt}::timestamptz
    from activity_events e
    where e.workspace_id = ${workspace.id} and ${chosen(which)}
    order by e.id
    on conflict (user_id, event_id) do update set archived_at = excluded.archived_at`)
}
