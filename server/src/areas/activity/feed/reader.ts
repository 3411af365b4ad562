import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../../cells/database.ts'
import { activityReaders } from '../table.ts'

/** How far one reader has seen and archived the feed of one workspace. */
export type Reader = {
  workspaceId: string
  userId: string
  seenSeq: number
  archivedSeq: number
  archiveRound: number
}

export const loadReader = async (db: Db, workspaceId: string, userId: string): Promise<Reader> => {
  const [reader] = await db
    .select()
    .from(activityReaders)
    .where(and(eq(activityReaders.workspaceId, workspaceId), eq(activityReaders.userId, userId)))
  return reader ?? { workspaceId, userId, seenSeq: 0, archivedSeq: 0, archiveRound: 0 }
}

type Marks = { archivedAt: Date | null; seenAt: Date | null; restoredRound: number | null }

/** What a reader has done with an event: what its own mark says, else what the watermarks say. An event that was restored stays so until
 *  all is archived again. */
export const stateOf = (reader: Reader, seq: number, mark: Marks): { seen: boolean; archived: boolean } => ({
  seen: mark.seenAt !== null || seq <= reader.seenSeq,
  archived:
    mark.archivedAt !== null || (seq <= reader.archivedSeq && mark.restoredRound !== reader.archiveRound),
})

/** Which events a tab shows: a stretch of the feed, without some, and some from beyond it. `minus` and `plus` are queries for `seq`. */
export type Tab = { afterSeq: number; toSeq: number; minus: SQL; plus: SQL }

export const tabOf = (reader: Reader, archived: boolean): Tab => {
  const own = sql`workspace_id = ${reader.workspaceId} and user_id = ${reader.userId}`
  const archivedAlone = sql`select seq from activity_marks
    where ${own} and archived_at is not null and seq > ${reader.archivedSeq}`
  const restored = sql`select seq from activity_marks
    where ${own} and restored_round is not null and restored_round = ${reader.archiveRound}
      and archived_at is null and seq <= ${reader.archivedSeq}`
  return archived
    ? { afterSeq: 0, toSeq: reader.archivedSeq, minus: restored, plus: archivedAlone }
    : { afterSeq: reader.archivedSeq, toSeq: Number.MAX_SAFE_INTEGER, minus: archivedAlone, plus: restored }
}
