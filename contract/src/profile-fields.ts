import { z } from 'zod'
import { isWebsite, type SocialPlatform, toHandle } from './socials.ts'

/** SPEC 1.3. */
export const useCases = [
  'Manufacturing & QC',
  'Retail & Inventory',
  'Security & Surveillance',
  'Healthcare & Medical',
  'Automotive & Robotics',
  'Agriculture',
  'Research & Academia',
  'Personal Project',
] as const

export const UseCase = z.enum(useCases)
/** A name people see: on one line, and in mails to others, where it must not pass for anything else. Line breaks, control characters and
 *  marks that turn the direction of writing have no place in one, nor has a web address. */
const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u
export const isFitName = (name: string): boolean => !unfit.test(name) && !name.includes('://')
export const unfitName = 'must be one line of plain text without a web address'

export const DisplayName = z
  .string()
  .trim()
  .min(1, 'is required')
  .max(100, 'must be at most 100 characters')
  .refine(isFitName, unfitName)
export const Company = z.string().trim().max(100, 'must be at most 100 characters')

/** SPEC 3.3. */
const socialLengthMax = {
  github: 200,
  linkedin: 200,
  twitter: 200,
  youtube: 200,
  scholar: 200,
  discord: 100,
  website: 200,
}

const handle = (platform: SocialPlatform) => z.string().max(socialLengthMax[platform]).optional()

export const Socials = z.object({
  github: handle('github'),
  linkedin: handle('linkedin'),
  twitter: handle('twitter'),
  youtube: handle('youtube'),
  scholar: handle('scholar'),
  discord: handle('discord'),
  website: handle('website'),
})

/** Takes a pasted address too and keeps its handle. */
const pastedHandle = (platform: SocialPlatform) =>
  z
    .string()
    .trim()
    .max(500, 'must be at most 500 characters')
    .transform((text) => toHandle(platform, text))
    .pipe(
      z
        .string()
        .max(socialLengthMax[platform], `must be at most ${socialLengthMax[platform]} characters`)
        .refine(
          (text) => platform !== 'website' || text === '' || isWebsite(text),
          'must be a website such as example.com',
        ),
    )
    .optional()

export const ProfileFields = z.strictObject({
  displayName: DisplayName.optional(),
  company: Company.optional(),
  useCase: z.union([UseCase, z.literal('')]).optional(),
  bio: z
    .string()
    .trim()
    .max(500, 'must be at most 500 characters')
    .refine((bio) => bio === '' || bio.length >= 10, 'must be empty or at least 10 characters')
    .optional(),
  iconColor: z
    .string()
    .max(50)
    .regex(/^(#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,30})?$/, 'must be a CSS colour such as #4c6ef5')
    .optional(),
  iconLetter: z.string().trim().max(2, 'must be at most 2 characters').optional(),
  github: pastedHandle('github'),
  linkedin: pastedHandle('linkedin'),
  twitter: pastedHandle('twitter'),
  youtube: pastedHandle('youtube'),
  scholar: pastedHandle('scholar'),
  discord: pastedHandle('discord'),
  website: pastedHandle('website'),
  /** Teams only: whether members need a second factor to act in it. */
  secondFactorRequired: z.boolean().optional(),
})
