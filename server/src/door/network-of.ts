import { isIPv6 } from 'node:net'

/** What of an address is counted. Of IPv6 it is the /64: whoever has one address there has all of them. IPv4 written as IPv6 is
 *  IPv4; anything else is counted as it is. */
export const networkOf = (ip: string): string => {
  const [address = ''] = ip.split('%')
  if (!isIPv6(address)) return ip
  const groups = groupsOf(address)
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return groups.slice(6).flatMap(bytesOf).join('.')
  const network = groups.slice(0, 4).map((group) => group.toString(16))
  return `${network.join(':')}::/64`
}

/** The eight numbers of an IPv6 address, in whichever way it is written. */
const groupsOf = (address: string): number[] => {
  const [head = [], tail] = address.split('::').map(partOf)
  if (tail === undefined) return head
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

const partOf = (part: string): number[] =>
  part === ''
    ? []
    : part
        .split(':')
        .flatMap((group) => (group.includes('.') ? pairsOf(group) : [Number.parseInt(group, 16)]))

/** An IPv4 address at the end of an IPv6 one stands for two groups. */
const pairsOf = (ipv4: string): number[] => {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

const bytesOf = (group: number): number[] => [group >> 8, group & 0xff]
