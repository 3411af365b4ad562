import { z } from 'zod'
import { Email, ResourceId, SixDigits, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'

const EmailAddress = z
  .object({
    id: z.string(),
    address: z.string(),
    verified: z.boolean(),
    isPrimary: z.boolean(),
    /** Whether the domain is a company's rather than a consumer mail service's (SPEC 1.5). */
    isCompany: z.boolean(),
    createdAt: Time,
    /** When another code may be asked for, while it is unverified. */
    resendAt: Time.optional(),
  })
  .meta({ id: 'EmailAddress' })

const EmailId = z.strictObject({ id: ResourceId })

export const listEmails = endpoint({
  method: 'GET',
  path: '/api/settings/emails',
  summary: 'Your e-mail addresses, the primary one first',
  reply: z.object({ emails: z.array(EmailAddress) }),
})

export const addEmail = endpoint({
  method: 'POST',
  path: '/api/settings/emails',
  summary: 'Add an address and mail a six-digit code to it',
  description:
    'The answer does not tell whether somebody else uses the address; its code does. Needs a recent sign-in.',
  body: z.strictObject({ email: Email }),
  reply: z.object({ email: EmailAddress }),
  status: 201,
})

export const verifyEmail = endpoint({
  method: 'POST',
  path: '/api/settings/emails/:id/verify',
  summary: 'Prove an address with the mailed code',
  description: 'A code holds for 10 minutes and 5 attempts, for one address, and is used once.',
  params: EmailId,
  body: z.strictObject({
    code: SixDigits,
  }),
  reply: z.object({ success: z.literal(true), bonusCents: z.number().optional() }),
})

export const resendEmailCode = endpoint({
  method: 'POST',
  path: '/api/settings/emails/:id/resend',
  summary: 'Mail a fresh code, at most once a minute',
  description: 'The earlier code stops working.',
  params: EmailId,
  reply: z.object({ success: z.literal(true), resendAt: Time }),
})

export const setPrimaryEmail = endpoint({
  method: 'POST',
  path: '/api/settings/emails/:id/primary',
  summary: 'Make a verified address the one for notifications and recovery',
  description: 'The earlier primary address is told. Needs a recent sign-in.',
  params: EmailId,
  reply: Success,
})

export const removeEmail = endpoint({
  method: 'DELETE',
  path: '/api/settings/emails/:id',
  summary: 'Remove an address that is not the primary one',
  description: 'A verified address is told that it was removed. Needs a recent sign-in.',
  params: EmailId,
  reply: Success,
})
