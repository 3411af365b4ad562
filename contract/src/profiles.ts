import { z } from 'zod'
import { AccountType, OwnerQuery, Success } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Socials } from './profile-fields.ts'

/** Largest picture taken in, in bytes (SPEC 3.1). */
export const iconBytesMax = 5 * 1024 * 1024

export const setIcon = endpoint({
  method: 'POST',
  path: '/api/settings/icon',
  summary: 'Set the picture of the workspace',
  description:
    'multipart/form-data with the file in `image`: PNG, JPEG or WebP up to 5 MB. It is turned upright, cut to a square and stored as WebP without what the camera wrote into it.',
  query: OwnerQuery,
  reply: z.object({ success: z.literal(true), downloadUrl: z.string() }),
})

export const removeIcon = endpoint({
  method: 'DELETE',
  path: '/api/settings/icon',
  summary: 'Go back to colour and initials',
  query: OwnerQuery,
  reply: Success,
})

const Mail = z.object({
  trainingComplete: z.boolean(),
  deploymentStatus: z.boolean(),
  productUpdates: z.boolean(),
})

export const Preferences = z.object({
  theme: z.enum(['light', 'dark', 'system']),
  earlyAccess: z.boolean(),
  /** Which mail somebody wants. Billing alerts cannot be turned off (SPEC 3.5). */
  mail: Mail.extend({ billingAlerts: z.literal(true) }),
})
export type Preferences = z.output<typeof Preferences>

export const getPreferences = endpoint({
  method: 'GET',
  path: '/api/settings/preferences',
  summary: 'Your preferences, the same in every workspace',
  reply: Preferences,
})

export const updatePreferences = endpoint({
  method: 'PATCH',
  path: '/api/settings/preferences',
  summary: 'Change preferences; send only what changes',
  body: z.strictObject({
    theme: Preferences.shape.theme.optional(),
    earlyAccess: z.boolean().optional(),
    mail: z.strictObject(Mail.partial().shape).optional(),
  }),
  reply: Preferences,
})

/** Unknown and malformed names answer alike, so the shape is lenient. */
const AnyUsername = z.string().min(1).max(64)

const Follow = z.object({ followed: z.boolean(), followerCount: z.number() })

export const getUser = endpoint({
  method: 'GET',
  path: '/api/users',
  summary: 'The public profile of a person or a team',
  query: z.strictObject({ username: AnyUsername }),
  reply: z.object({
    user: z.object({
      username: z.string(),
      fullName: z.string().optional(),
      imageUrl: z.string().optional(),
      accountType: AccountType,
      iconColor: z.string().optional(),
      iconLetter: z.string().optional(),
      bio: z.string().optional(),
      company: z.string().optional(),
      useCase: z.string().optional(),
      socials: Socials.optional(),
      followerCount: z.number(),
      isFollowed: z.boolean(),
    }),
  }),
})

export const followUser = endpoint({
  method: 'PATCH',
  path: '/api/users',
  summary: 'Follow somebody, or stop following them',
  body: z.strictObject({ username: z.string().min(1).max(32), followed: z.boolean() }),
  reply: Follow,
})
