import { type ErrorReply, errors, type Reason } from '#contract/errors.ts'

export type RefusalDetail = {
  /** Replaces the reason's sentence where it can be more exact. Never holds secrets or personal data. */
  message?: string
  /** Seconds until another try makes sense. */
  retryAfter?: number
  resetAt?: Date
  issues?: { path: string; message: string }[]
  /** The one thing that would allow it, in a sentence: only where the caller may know it. */
  hint?: string
  needs?: ErrorReply['needs']
  /** For the log alone. */
  cause?: unknown
}

/** What the domain declines. The door turns it into the error body of SPEC 0.2, in one place. */
export class Refusal extends Error {
  readonly reason: Reason
  readonly status: number
  readonly code: string
  readonly detail: RefusalDetail
  constructor(reason: Reason, detail: RefusalDetail = {}) {
    super(detail.message ?? errors[reason].message, { cause: detail.cause })
    this.reason = reason
    this.status = errors[reason].status
    this.code = errors[reason].code
    this.detail = detail
  }
}

/** `throw refuse('api_key_not_found')`. */
export const refuse = (reason: Reason, detail?: RefusalDetail): Refusal => new Refusal(reason, detail)

/** Refusal of what makes sense again from `resetAt` on; clients are told in whole seconds, at least one. */
export const refuseUntil = (reason: Reason, resetAt: Date, at: Date): Refusal =>
  refuse(reason, {
    retryAfter: Math.max(1, Math.ceil((resetAt.getTime() - at.getTime()) / 1000)),
    resetAt,
  })
