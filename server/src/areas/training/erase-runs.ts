import { inArray, sql } from 'drizzle-orm'
import type { Tx } from '../../cells/database.ts'
import { trainingRuns } from './table.ts'

/** How many rows of a run one transaction takes away: a piece of console may be 64 KiB. */
const rowsMax = 1000

/** Takes away some of what was trained of models that are going; true once nothing is left. */
export const eraseRuns = async (tx: Tx, modelIds: readonly string[]): Promise<boolean> => {
  const runs = await tx
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .where(inArray(trainingRuns.modelId, [...modelIds]))
    .limit(rowsMax)
  const runIds = runs.map(({ id }) => id)
  if (runIds.length === 0) return true
  for (const table of ['run_console_chunks', 'run_epochs']) {
    const name = sql.identifier(table)
    const { rowCount } = await tx.execute(sql`
      delete from ${name} where ctid in (
        select ctid from ${name} where run_id in ${runIds} limit ${rowsMax})`)
    if (rowCount === rowsMax) return false
  }
  await tx.delete(trainingRuns).where(inArray(trainingRuns.id, runIds))
  return runIds.length < rowsMax
}
