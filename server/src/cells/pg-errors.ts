/** Codes by which Postgres or the network says "not now": connection trouble (08), shutting down (57P0x), too many clients (53300),
 *  a statement that took too long (57014), transactions that stood in each other's way (40001, 40P01), a database that is not there (3D000) or takes no connections (55000), a disk that is full or a
 *  process out of file handles. */
const awayCodes =
  /^(08...|57P0[1-5]|57014|53300|3D000|55000|40001|40P01|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|ENOSPC|EDQUOT|EMFILE|ENFILE)$/
const awayMessages = /timeout exceeded when trying to connect|Connection terminated|a pool after calling end/i

/** Of these a store says itself that it rolled back. */
const rolledBackCodes = /^(57014|53300|40001|40P01)$/

/** Whether a fault means that a store cannot be reached, which is answered 503 and never 401 (SPEC 0.2). */
export const isStoreAway = (error: unknown): boolean => awayFault(error) !== undefined

/** Whether a commit may have been heard although its answer was not. Where the store says that it rolled back, nothing is unknown. */
export const isOutcomeUnknown = (error: unknown): boolean => {
  const fault = awayFault(error)
  return fault !== undefined && !rolledBackCodes.test(String(fault.code))
}

const awayFault = (error: unknown): (Error & { code?: unknown }) | undefined => {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = (at as { code?: unknown }).code
    const syscall = (at as { syscall?: unknown }).syscall
    if (
      typeof code === 'string' &&
      awayCodes.test(code) &&
      (syscall === 'connect' || !code.startsWith('ENOENT'))
    )
      return at
    if (awayMessages.test(at.message)) return at
  }
  return undefined
}
