import { sql } from 'drizzle-orm'
import type { Db, Tx } from '../../cells/database.ts'

type Point = { epoch: number; metrics: Record<string, unknown> }

/** How many epochs of a run a chart shows; of a longer one, every so many-th. */
const pointsMax = 500

/** The course of the metrics in the newest run of each of these models, for those that have one with an epoch. */
export const readCharts = async (db: Db | Tx, modelIds: readonly string[]): Promise<Map<string, Point[]>> => {
  if (modelIds.length === 0) return new Map()
  const { rows } = await db.execute<Point & { modelId: string }>(sql`
    select newest.model_id as "modelId", run_epochs.epoch, run_epochs.metrics
    from unnest(${`{${modelIds.join()}}`}::text[]) as asked (model_id)
    cross join lateral (
      select id, model_id from training_runs
      where training_runs.model_id = asked.model_id order by started_at desc, id desc limit 1
    ) as newest
    cross join lateral (select max(epoch) as last from run_epochs where run_id = newest.id) as course
    join run_epochs on run_epochs.run_id = newest.id
      and (run_epochs.epoch % greatest(1, ceil((course.last + 1) / ${pointsMax}::float)::int) = 0 or run_epochs.epoch = course.last)
    order by newest.model_id, run_epochs.epoch`)
  const charts = new Map<string, Point[]>()
  for (const { modelId, epoch, metrics } of rows) {
    const points = charts.get(modelId) ?? []
    points.push({ epoch, metrics })
    charts.set(modelId, points)
  }
  return charts
}
