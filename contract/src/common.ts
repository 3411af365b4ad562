import { z } from 'zod'
import { roles } from './permissions.ts'

/** Ours to hand out: 24 lowercase hex (SPEC 0.2). */
export const ResourceId = z.string().regex(/^[0-9a-f]{24}$/, 'must be 24 lowercase hex digits')

/** URL name of a project, model or dataset (SPEC 0.2). */
export const Slug = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'may hold lowercase letters, digits and single hyphens')

/** ISO 8601 in UTC (SPEC 0.2). */
export const Time = z.iso.datetime()

export const Email = z
  .string()
  .trim()
  .max(254, 'must be at most 254 characters')
  // Checked before lower-casing: some non-ASCII letters (the Kelvin sign) lower-case into ASCII ones.
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/,
    'must be an e-mail address written in plain letters',
  )
  .toLowerCase()

/** A mailed code, or one of an authenticator app. */
export const SixDigits = z
  .string()
  .trim()
  .regex(/^[0-9]{6}$/, 'must be six digits')

/** 10 to 128 characters, no composition rules (SPEC 2). */
export const Password = z
  .string()
  .min(10, { error: 'must be at least 10 characters', abort: true })
  .max(128, 'must be at most 128 characters')
  // Some letters are two units here and one when hashed.
  .refine((text) => text.normalize('NFKC').length >= 10, 'must be at least 10 characters')

/** Names another workspace the caller is a member of (SPEC 0.2). Unknown and not-yours answer alike, so the shape is lenient. */
export const OwnerQuery = z.strictObject({ owner: z.string().min(1).max(64).optional() })

export const Region = z.enum(['us', 'eu', 'ap'])
export type Region = z.output<typeof Region>

export const Plan = z.enum(['free', 'pro', 'enterprise'])
export type Plan = z.output<typeof Plan>

export const AccountType = z.enum(['personal', 'team'])

export const RoleName = z.enum(roles)

export const Success = z.object({ success: z.literal(true) })

/** A whole number written in a query string. */
export const countInQuery = (max: number, fallback: number) =>
  z.coerce.number().int().min(1).max(max).default(fallback)

/** Users and teams (SPEC 0.2). */
export const UserId = z.string().min(1).max(128)

/** Why a workspace is closed to a member: its Enterprise licence has run out, or it wants a second factor this session did not show. */
export const DeniedReason = z.enum(['license_expired', 'second_factor_required'])
