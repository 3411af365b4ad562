import { z } from 'zod'
import {
  AccountType,
  DeniedReason,
  Email,
  OwnerQuery,
  Password,
  Plan,
  Region,
  RoleName,
  SixDigits,
  Success,
  Time,
} from './common.ts'
import { endpoint } from './endpoint.ts'
import { ProviderName } from './identities.ts'
import { Company, DisplayName, ProfileFields, Socials, UseCase } from './profile-fields.ts'
import { Receipt } from './receipt.ts'
import { isUsernameWellFormed } from './username.ts'

export const Username = z
  .string()
  .refine(
    isUsernameWellFormed,
    'must be 4 to 32 lowercase letters, digits or single hyphens, beginning and ending with a letter or digit',
  )

export const signUp = endpoint({
  method: 'POST',
  path: '/api/auth/sign-up',
  summary: 'Begin a sign-up with e-mail and password',
  description:
    'Mails a six-digit code and sets a sealed sign-up cookie. The answer is the same whether or not the address is known. Nothing personal is stored until onboarding ends.',
  body: z.strictObject({ email: Email, password: Password }),
  reply: z.object({ next: z.literal('verify') }),
  status: 202,
})

export const getSignUp = endpoint({
  method: 'GET',
  path: '/api/auth/sign-up',
  summary: 'Where the sign-up in this browser stands',
  reply: z.object({
    email: z.string(),
    next: z.enum(['verify', 'onboarding']),
    /** When another code may be asked for. */
    resendAt: Time,
    /** The provider this sign-up came from, and the name it gave. */
    provider: ProviderName.optional(),
    name: z.string().optional(),
  }),
})

export const verifySignUp = endpoint({
  method: 'POST',
  path: '/api/auth/verify',
  summary: 'Prove the address with the mailed code',
  description: 'A code holds for 10 minutes and 5 attempts, and is used once.',
  body: z.strictObject({
    code: SixDigits,
  }),
  reply: z.object({ next: z.literal('onboarding') }),
})

export const resendCode = endpoint({
  method: 'POST',
  path: '/api/auth/verify/resend',
  summary: 'Mail a fresh code, at most once a minute',
  description: 'The earlier code stops working.',
  reply: z.object({ next: z.literal('verify'), resendAt: Time }),
})

export const checkUsername = endpoint({
  method: 'GET',
  path: '/api/username/check',
  summary: 'Whether a username is free',
  query: z.strictObject({
    username: z.string().max(200),
    suggest: z.enum(['true', 'false']).optional(),
  }),
  reply: z.object({
    available: z.boolean(),
    username: z.string(),
    /** Why it is not available, for the form's message. */
    problem: z.enum(['malformed', 'reserved', 'taken']).optional(),
    suggestion: z.string().optional(),
  }),
})

const UserCard = z.object({ id: z.string(), username: z.string(), displayName: z.string() })

export const WorkspaceCard = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  accountType: AccountType,
  plan: Plan,
  region: Region,
})

export const finishOnboarding = endpoint({
  method: 'POST',
  path: '/api/onboarding',
  summary: 'Create the account in the chosen data region',
  description: 'Ends the sign-up in this browser and signs in. The region and the username are permanent.',
  body: z.strictObject({
    username: Username,
    displayName: DisplayName,
    company: Company.optional(),
    useCase: UseCase.optional(),
    region: Region,
    promoCode: z.string().trim().max(64).optional(),
    referralCode: z.string().trim().max(64).optional(),
  }),
  reply: z.object({ user: UserCard, workspace: WorkspaceCard }),
  status: 201,
})

export const signIn = endpoint({
  method: 'POST',
  path: '/api/auth/sign-in',
  summary: 'Sign in with e-mail and password',
  // Any string is let through as a password so that a wrong one is told apart from a right one only by the answer.
  body: z.strictObject({ email: Email, password: z.string().min(1).max(1024) }),
  reply: z.object({ next: z.enum(['home', 'second-factor']) }),
})

export const signOut = endpoint({
  method: 'POST',
  path: '/api/auth/sign-out',
  summary: 'End this session',
  reply: Success,
})

export const getMe = endpoint({
  method: 'GET',
  path: '/api/auth/me',
  summary: 'Who is signed in, and in which workspace',
  reply: z.object({
    user: UserCard.extend({ email: z.string() }),
    /** The active one. */
    workspace: WorkspaceCard.extend({
      role: RoleName,
      /** Present when this person cannot act in it right now. */
      deniedReason: DeniedReason.optional(),
      /** Its Enterprise licence has run out: only the owner gets in, to renew it. */
      licenseExpired: z.boolean(),
    }),
    session: z.object({
      createdAt: Time,
      expiresAt: Time,
      /** When the person last proved who they are. Dangerous actions want that recent. */
      authenticatedAt: Time,
    }),
  }),
})

export const changePassword = endpoint({
  method: 'POST',
  path: '/api/auth/password',
  summary: 'Change your password, or set a first one',
  description:
    'Whoever has a password gives it; who has none needs a recent sign-in. Ends every other session and every reset link under way.',
  body: z.strictObject({ currentPassword: z.string().min(1).max(1024).optional(), newPassword: Password }),
  reply: Success.extend({ receipt: Receipt }),
})

export const forgotPassword = endpoint({
  method: 'POST',
  path: '/api/auth/password/forgot',
  summary: 'Mail a link to set a new password',
  description:
    'Answers alike, and takes alike long, whether or not the address is known. The link holds for 30 minutes.',
  body: z.strictObject({ email: Email }),
  reply: Success,
})

export const resetPassword = endpoint({
  method: 'POST',
  path: '/api/auth/password/reset',
  summary: 'Set a new password with the mailed link',
  description: 'Ends every session of the account.',
  body: z.strictObject({ token: z.string().min(1).max(300), password: Password }),
  reply: Success,
})

export const getSettings = endpoint({
  method: 'GET',
  path: '/api/settings',
  summary: 'Profile of the workspace',
  description: 'Also how a training client checks an API key: any live key passes, whatever its scopes.',
  query: OwnerQuery,
  reply: z.object({
    displayName: z.string(),
    company: z.string(),
    useCase: z.string(),
    bio: z.string(),
    socials: Socials,
    plan: Plan,
    username: z.string(),
    email: z.string(),
    imageUrl: z.string().nullable(),
    accountType: AccountType,
    iconColor: z.string().optional(),
    iconLetter: z.string().optional(),
    region: Region,
    /** Teams only: whether members need a second factor to act in it. */
    secondFactorRequired: z.boolean().optional(),
  }),
})

export const updateSettings = endpoint({
  method: 'POST',
  path: '/api/settings',
  summary: 'Change profile fields; send only what changes',
  query: OwnerQuery,
  body: ProfileFields,
  reply: Success,
})

export const getInstance = endpoint({
  method: 'GET',
  path: '/api/instance',
  summary: 'What this installation offers',
  reply: z.object({
    /** The address clients are pointed at. */
    publicUrl: z.string(),
    regions: z.array(Region),
    /** An address for each region whose answering time tells how far the region is. */
    regionPings: z.partialRecord(Region, z.string()),
    /** Whom people can sign in with besides e-mail and password. */
    signInProviders: z.array(ProviderName),
    /** `embedded` shows mail on the mailbox page of this machine instead of sending it. */
    mail: z.enum(['smtp', 'embedded']),
    /** Who makes and sees the keys of a workspace: whoever may by their role, or its owner alone. */
    keyPolicy: z.enum(['by-role', 'owner-only']),
    version: z.string(),
  }),
})

export const pingRegion = endpoint({
  method: 'GET',
  path: '/api/regions/:region/ping',
  summary: 'Answers once the store of that data region has answered',
  description: 'Ask it a few times from a browser to learn which region is nearest.',
  params: z.strictObject({ region: Region }),
  reply: z.object({ region: Region }),
})
