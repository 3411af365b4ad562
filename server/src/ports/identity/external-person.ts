import { Email } from '#contract/common.ts'
import type { ExternalPerson } from './identity-provider.ts'

const subjectLengthMax = 255
const nameLengthMax = 100

/** What a provider said of somebody, not yet looked at. */
export type Claims = { subject: unknown; email: unknown; emailVerified: unknown; name: unknown }

/** What we take of it. Throws without a usable subject. An address that could not be ours counts as none, and a name is cleaned,
 *  because it is only ever a suggestion. `emailVerified` holds for true and "true", which Apple writes, and for nothing else. */
export const toExternalPerson = ({ subject, email, emailVerified, name }: Claims): ExternalPerson => {
  if (typeof subject !== 'string' || !/^[\x20-\x7e]+$/.test(subject) || subject.length > subjectLengthMax)
    throw new Error('The provider named no usable subject')
  const address = Email.safeParse(email)
  return {
    subject,
    email: address.success ? address.data : null,
    emailVerified: address.success && (emailVerified === true || emailVerified === 'true'),
    name: typeof name === 'string' ? cleanName(name) : null,
  }
}

const cleanName = (text: string): string | null => {
  const plain = text
    .toWellFormed()
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return [...plain].slice(0, nameLengthMax).join('').trim() || null
}
