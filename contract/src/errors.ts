import { z } from 'zod'
import { badRequests } from './errors/bad-requests.ts'
import { conflicts } from './errors/conflicts.ts'
import { forbidden } from './errors/forbidden.ts'
import { limitsAndFaults } from './errors/limits-and-faults.ts'
import { notFound } from './errors/not-found.ts'
import { roles, scopes } from './permissions.ts'

/** Every refusal of the API: its reason (stable for ever), the class and status of SPEC 15.2, and the sentence a person reads.
 *  Sentences may improve, reasons may not change. */
export const errors = {
  ...badRequests,
  ...forbidden,
  ...notFound,
  ...conflicts,
  ...limitsAndFaults,
} as const satisfies Record<string, { code: string; status: number; message: string }>

export type Reason = keyof typeof errors

/** The body of every refusal (SPEC 0.2). Clients need only `error`; `reason` is what a program should branch on. */
export const ErrorReply = z
  .object({
    error: z.string(),
    code: z.string(),
    reason: z.string(),
    requestId: z.string(),
    /** Seconds until another try makes sense. */
    retryAfter: z.number().optional(),
    resetAt: z.string().optional(),
    /** The one thing that would allow it, in a sentence; only for those who may know. */
    hint: z.string().optional(),
    /** The same for programs: one of these scopes, this role or higher, this plan, or a browser session instead of a key. */
    needs: z
      .object({
        scopes: z.array(z.enum(scopes)).optional(),
        role: z.enum(roles).optional(),
        plan: z.enum(['pro', 'enterprise']).optional(),
        session: z.literal(true).optional(),
      })
      .optional(),
    /** Which field was refused and why, on 400. */
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Error' })
export type ErrorReply = z.output<typeof ErrorReply>
