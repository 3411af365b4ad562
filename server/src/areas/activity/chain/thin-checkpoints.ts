import type pg from 'pg'
import { secondsAfter } from '../../../clock.ts'
import type { House } from '../../../house.ts'

/** All checkpoints of the last day are kept, and of each day before the last one. */
const thinAfterSeconds = 86_400

/** What is older than this was thinned before. */
const thinBeforeSeconds = 30 * 86_400

/** Takes away checkpoints that later ones of the same day make needless, in every cell and in the directory. Safe to repeat. */
export const thinCheckpoints = async (
  { cells, directory }: Pick<House, 'cells' | 'directory'>,
  at: Date,
): Promise<void> => {
  const done = await Promise.allSettled([...cells.all, directory.database].map(({ pool }) => thin(pool, at)))
  const failed = done.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

const thin = (pool: pg.Pool, at: Date) =>
  pool.query(
    `delete from activity_checkpoints c using (
       select workspace_id, position, lead(created_at) over (partition by workspace_id order by position) as followed_at
       from activity_checkpoints where created_at >= $1
     ) kept
     where c.workspace_id = kept.workspace_id and c.position = kept.position and c.created_at < $2
       and (kept.followed_at at time zone 'UTC')::date = (c.created_at at time zone 'UTC')::date`,
    [secondsAfter(at, -thinBeforeSeconds), secondsAfter(at, -thinAfterSeconds)],
  )
