import { BlockList, isIP } from 'node:net'
import type { KeyCredential } from './actor.ts'
import { networkOf } from './network-of.ts'
import { refuse } from './refusal.ts'

/** Whether a key is over for good: clients may throw it away. */
export const isExpired = ({ expiresAt }: Pick<KeyCredential, 'expiresAt'>, at: Date): boolean =>
  expiresAt !== null && expiresAt <= at

/** Refuses a key that is paused, or used from elsewhere than its list allows. With 403 each time, for it may work again: clients throw
 *  a key away on 401 (SPEC 16.2). */
export const requireWorking = (
  { pausedAt, allowedAddresses }: Pick<KeyCredential, 'pausedAt' | 'allowedAddresses'>,
  ip: string,
): void => {
  if (pausedAt !== null) throw refuse('api_key_paused')
  if (allowedAddresses !== null && !isAddressIn(allowedAddresses, ip))
    throw refuse('address_not_allowed', {
      hint: `The request came from ${plainAddress(ip)}, which is not among the addresses this key is limited to.`,
    })
}

/** Whether a key opens anything for this address right now, its scopes and its end aside. */
export const isWorking = (
  { pausedAt, allowedAddresses }: Pick<KeyCredential, 'pausedAt' | 'allowedAddresses'>,
  ip: string,
): boolean => pausedAt === null && (allowedAddresses === null || isAddressIn(allowedAddresses, ip))

/** Whether an address is one of `list`, which holds addresses and ranges of both families. A family is checked against its own entries
 *  alone: `::/0` says nothing about IPv4. */
export const isAddressIn = (list: readonly string[], ip: string): boolean => {
  const address = plainAddress(ip)
  const family = familyOf(address)
  if (!family) return false
  const allowed = new BlockList()
  for (const entry of list) {
    const [written = '', prefix] = entry.split('/')
    const base = plainAddress(written)
    if (familyOf(base) !== family) continue
    if (prefix === undefined) allowed.addAddress(base, family)
    // A range of mapped addresses is one of IPv4, whose first 96 bits say so.
    else if (base !== written) allowed.addSubnet(base, Math.max(0, Number(prefix) - 96), family)
    else allowed.addSubnet(base, Number(prefix), family)
  }
  return allowed.check(address, family)
}

/** An IPv4 address that arrived on an IPv6 socket, or was written that way, is an IPv4 address. */
const plainAddress = (ip: string): string => {
  const network = networkOf(ip)
  return isIP(network) === 4 ? network : ip
}

const familyOf = (address: string): 'ipv4' | 'ipv6' | undefined => {
  const version = isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined
}
