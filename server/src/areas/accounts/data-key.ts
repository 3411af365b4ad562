import { connectionOf, type Db, type Tx } from '../../cells/database.ts'
import type { KeyRing } from '../../crypto/key-ring.ts'
import { type DataKey, makeDataKey, unwrapDataKey, wrapDataKey } from '../../crypto/seal.ts'
import { dataKeys } from './table.ts'

/** Makes the key that everything private of an account is sealed under, and stores it wrapped (ARCHITECTURE decision 7). */
export const createDataKey = async (tx: Tx, ring: KeyRing, accountId: string, at: Date): Promise<DataKey> => {
  const key = makeDataKey()
  await tx.insert(dataKeys).values({ accountId, wrapped: wrapDataKey(ring, accountId, key), createdAt: at })
  return key
}

/** The wrapped data keys of accounts in this cell, in their order. */
export const findWrappedKeys = async (
  db: Db | Tx,
  accountIds: readonly string[],
): Promise<(Buffer | undefined)[]> => {
  const { rows } = await connectionOf(db).query<{ accountId: string; wrapped: Buffer }>({
    name: 'find_data_keys',
    text: 'select account_id as "accountId", wrapped from data_keys where account_id = any($1)',
    values: [accountIds],
  })
  const wrappedOf = new Map(rows.map(({ accountId, wrapped }) => [accountId, wrapped]))
  return accountIds.map((accountId) => wrappedOf.get(accountId))
}

export const findWrappedKey = async (db: Db | Tx, accountId: string): Promise<Buffer | undefined> => {
  const [wrapped] = await findWrappedKeys(db, [accountId])
  return wrapped
}

/** The data keys of accounts in this cell, of those that have one. */
export const findDataKeys = async (
  db: Db | Tx,
  ring: KeyRing,
  accountIds: readonly string[],
): Promise<Map<string, DataKey>> => {
  if (accountIds.length === 0) return new Map()
  const found = await findWrappedKeys(db, accountIds)
  return new Map(
    accountIds.flatMap((accountId, n) => {
      const wrapped = found[n]
      return wrapped ? [[accountId, unwrapDataKey(ring, accountId, wrapped)]] : []
    }),
  )
}

/** The data key of an account in this cell; undefined when it has none here, or it was destroyed. */
export const findDataKey = async (
  db: Db | Tx,
  ring: KeyRing,
  accountId: string,
): Promise<DataKey | undefined> => {
  const wrapped = await findWrappedKey(db, accountId)
  return wrapped && unwrapDataKey(ring, accountId, wrapped)
}

/** The data key of an account. Throws when it was destroyed: what it sealed is gone for good. */
export const loadDataKey = async (db: Db | Tx, ring: KeyRing, accountId: string): Promise<DataKey> => {
  const key = await findDataKey(db, ring, accountId)
  if (!key) throw new Error('The data key of this account is gone')
  return key
}
