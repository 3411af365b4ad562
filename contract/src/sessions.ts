import { z } from 'zod'
import { ResourceId, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Receipt } from './receipt.ts'

const Session = z
  .object({
    id: z.string(),
    /** Whether this is the session that asks. */
    current: z.boolean(),
    device: z.enum(['desktop', 'phone', 'tablet', 'unknown']),
    /** Name and major version, such as "Firefox 145"; what the client calls itself when it is no browser. */
    browser: z.string(),
    os: z.string().optional(),
    ip: z.string(),
    /** How it was opened. */
    methods: z.array(z.enum(['password', 'passkey', 'google', 'github', 'apple', 'local', 'second-factor'])),
    createdAt: Time,
    lastActiveAt: Time,
    /** When it ends at the latest, however active. */
    expiresAt: Time,
  })
  .meta({ id: 'Session' })

export const listSessions = endpoint({
  method: 'GET',
  path: '/api/auth/sessions',
  summary: 'Where you are signed in, most recently active first',
  reply: z.object({ sessions: z.array(Session) }),
})

export const revokeSession = endpoint({
  method: 'DELETE',
  path: '/api/auth/sessions/:id',
  summary: 'End one of your sessions, at once',
  params: z.strictObject({ id: ResourceId }),
  reply: Success.extend({ receipt: Receipt }),
})

export const revokeOtherSessions = endpoint({
  method: 'DELETE',
  path: '/api/auth/sessions',
  summary: 'End all your sessions but this one, at once',
  reply: z.object({ success: z.literal(true), ended: z.number(), receipt: Receipt }),
})
