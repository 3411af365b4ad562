import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { refuse } from '../../../door/refusal.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { passkeys } from '../table.ts'

/** Gives a passkey another name. Refuses with factor_not_found. */
export const renamePasskey = async (
  cell: Cell,
  self: Self,
  passkeyId: string,
  name: string,
  at: Date,
): Promise<void> => {
  await cell.db.transaction(async (tx) => {
    const renamed = await tx
      .update(passkeys)
      .set({ name })
      .where(and(eq(passkeys.id, passkeyId), eq(passkeys.userId, self.userId)))
      .returning({ id: passkeys.id })
    if (renamed.length === 0) throw refuse('factor_not_found')
    await recordSecurity(tx, self, 'passkey_renamed', at, { passkey: name })
  })
}
