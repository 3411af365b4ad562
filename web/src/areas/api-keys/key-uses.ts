import { inSentenceTime } from '../../ui/time.ts'
import type { ApiKeyUses } from './queries.ts'

const hourMs = 60 * 60 * 1000

export type Verdict = {
  /** `busy`: something may be using it right now. */
  kind: 'unused' | 'used' | 'busy'
  sentence: string
}

type Machine = ApiKeyUses['machines'][number]

/** What people call a machine: its own name, else where it called from. */
export const machineName = ({ hostname, address }: Pick<Machine, 'hostname' | 'address'>): string =>
  hostname ?? address

/** Whether a key can go, as far as its uses tell. */
export const verdictOf = ({ days, machines }: Pick<ApiKeyUses, 'days' | 'machines'>, now: Date): Verdict => {
  const last = machines.reduce<Machine | undefined>(
    (latest, machine) => (latest && latest.lastUsedAt >= machine.lastUsedAt ? latest : machine),
    undefined,
  )
  if (!last) return { kind: 'unused', sentence: `Nothing has used this key in the last ${days} days.` }
  const at = new Date(last.lastUsedAt)
  const by = `by ${machineName(last)}`
  if (now.getTime() - at.getTime() < hourMs)
    return { kind: 'busy', sentence: `Used ${inSentenceTime(at, now)} ${by}: a run may be under way.` }
  return { kind: 'used', sentence: `Last used ${inSentenceTime(at, now)} ${by}.` }
}

/** Where a key was used from, latest first, with the names of the machines there. */
export const machinesByAddress = (machines: Machine[]): { address: string; hostnames: string[] }[] => {
  const names = new Map<string, Set<string>>()
  for (const { address, hostname } of machines) {
    const there = names.get(address) ?? new Set()
    names.set(address, hostname ? there.add(hostname) : there)
  }
  return [...names].map(([address, there]) => ({ address, hostnames: [...there] }))
}
