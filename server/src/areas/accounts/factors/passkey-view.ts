import type { passkeys } from '../table.ts'

export type PasskeyView = {
  id: string
  name: string
  synced: boolean
  createdAt: string
  lastUsedAt?: string
}

/** A passkey as its owner sees it. */
export const passkeyView = ({
  id,
  name,
  synced,
  createdAt,
  lastUsedAt,
}: Pick<
  typeof passkeys.$inferSelect,
  'id' | 'name' | 'synced' | 'createdAt' | 'lastUsedAt'
>): PasskeyView => ({
  id,
  name,
  synced,
  createdAt: createdAt.toISOString(),
  ...(lastUsedAt ? { lastUsedAt: lastUsedAt.toISOString() } : {}),
})
