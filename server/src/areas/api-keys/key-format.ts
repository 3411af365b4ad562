import { randomBytes } from 'node:crypto'

/** `ul_` and 40 lowercase hex digits from 20 random bytes (SPEC 5.1). */
export const makeKeyValue = (): string => `ul_${randomBytes(20).toString('hex')}`

export const isKeyValue = (text: string): boolean => /^ul_[0-9a-f]{40}$/.test(text)

/** The label shown in lists and events: the first 11 characters, no secret. */
export const keyPrefixOf = (value: string): string => value.slice(0, 11)
