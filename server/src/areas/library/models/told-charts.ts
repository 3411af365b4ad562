import { sql } from 'drizzle-orm'
import type { Db } from '../../../cells/database.ts'
import type { ModelRow } from '../table.ts'

/** How the metrics of models went, by their ids. */
export type Charts = Map<string, ModelRow['trainResults']>

/** How many epochs a chart shows, and about how many bytes it takes; of what is longer, every so many-th and the last. */
const pointsMax = 500
const chartBytesMax = 128 * 1024

/** What somebody told of trainings elsewhere, thinned by the database to what a list of charts can show: a model may have a mebibyte of it. */
export const readToldCharts = async (db: Db, modelIds: readonly string[]): Promise<Charts> => {
  if (modelIds.length === 0) return new Map()
  const { rows } = await db.execute<{ id: string; points: ModelRow['trainResults'] }>(sql`
    select models.id, jsonb_agg(point order by place) as points
    from models,
      lateral (select jsonb_array_length(train_results) as length, octet_length(train_results::text) as bytes) as told,
      lateral (select greatest(1, ceil(length / ${pointsMax}::float), ceil(bytes / ${chartBytesMax}::float))::int as step) as thinned,
      lateral jsonb_array_elements(train_results) with ordinality as points (point, place)
    where models.id = any(${`{${modelIds.join()}}`}::text[]) and (place % step = 0 or place = length)
    group by models.id`)
  return new Map(rows.map(({ id, points }) => [id, points]))
}
