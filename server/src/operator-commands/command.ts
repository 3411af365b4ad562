/** What a command says when it is done: a sentence for people, facts for programs. `failed` is for one that did its work and found
 *  something wrong; without a sentence it has said everything already. */
export type Outcome = { sentence?: string; facts: Record<string, unknown>; failed?: boolean }

/** Where a command speaks to: what was asked for, and everything beside it. */
export type Say = { out(text: string): unknown; err(text: string): void }

/** A problem told in one sentence. */
export class CommandError extends Error {}
