import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { customType } from 'drizzle-orm/pg-core'
import pg from 'pg'

/** A database to read from; writing several things together goes through `transaction`. */
export type Db = NodePgDatabase & { $client: pg.Pool }

/** An open transaction. The pool does not satisfy it, so a helper that writes cannot be called outside one. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0]

/** The connection of an open transaction, or any of a database, for the few statements that are sent so often that composing them anew each time would cost
 *  more than running them: named and prepared there. */
export const connectionOf = (db: Db | Tx): pg.ClientBase =>
  (db._ as unknown as { session: { client: pg.ClientBase } }).session.client

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })

export type Database = { db: Db; pool: pg.Pool }

/** How long a statement may run. Reservations in the directory outlive this, so no writer is still at work when one lapses. */
const statementTimeoutMs = 30_000

/** Opens a pool. `onError` hears of connections lost while idle; without a listener they would end the process. */
export const openDatabase = (url: string, onError: (error: Error) => void, max = 10): Database => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: 'gatehouse',
    keepAlive: true,
  })
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  return { db: drizzle(pool), pool }
}
