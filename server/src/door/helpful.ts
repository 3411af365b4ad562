import { lowestRoleWith, may, type Permission, type Role, type Scope } from '#contract/permissions.ts'
import type { Actor, KeyCredential } from './actor.ts'
import { type Refusal, refuse } from './refusal.ts'

/** What the role of somebody in a workspace does not carry. Only members get here, and they may know who could do it. */
export const deniedByRole = (
  actor: Pick<Actor, 'credential' | 'role' | 'workspace'>,
  permission: Permission,
): Refusal => deniedToRole(actor, lowestRoleWith(permission))

/** The same where a rule about the row asks for a higher role than the table. */
export const deniedToRole = (
  { credential, role, workspace }: Pick<Actor, 'credential' | 'role' | 'workspace'>,
  needed: Role,
): Refusal => {
  const who = credential.kind === 'key' ? 'Whoever made this key has' : 'You have'
  const ladder = needed === 'owner' ? 'the owner' : `the role ${needed} or higher`
  return refuse('permission_denied', {
    hint: `This takes ${ladder}. ${who} the role ${role} in ${workspace.username}.`,
    needs: { role: needed },
  })
}

/** What somebody may not do with a resource they can see: as a member of its workspace by their role, otherwise not at all. */
export const deniedWithin = (
  actor: Actor | null,
  { role, username }: { role: Role | null; username: string },
  permission: Permission,
): Refusal => {
  if (!actor || !role) return refuse('permission_denied')
  if (!may(role, permission))
    return deniedByRole({ ...actor, role, workspace: { ...actor.workspace, username } }, permission)
  return refuse('permission_denied', {
    hint: `This belongs to ${username}. Switch to that workspace, or name it as the owner.`,
  })
}

/** A key named another workspace than its own. */
export const deniedElsewhere = ({ workspace }: Pick<Actor, 'workspace'>): Refusal =>
  refuse('workspace_mismatch', {
    hint: `This key belongs to ${workspace.username} and reaches no other workspace.`,
  })

/** What a key was not made for. Whoever holds a live key may know what it lacks. */
export const deniedByScope = ({ scopes }: KeyCredential, needed: readonly Scope[]): Refusal =>
  refuse('scope_missing', {
    hint: `This takes a key with ${alternatives(needed)}. This one has ${scopes?.length ? scopes.join(', ') : 'read, write'}.`,
    needs: { scopes: [...needed] },
  })

const alternatives = (needed: readonly Scope[]): string =>
  needed.length === 1 ? `the scope ${needed[0]}` : `one of the scopes ${needed.join(', ')}`

/** What keys cannot do at all. */
export const deniedToKeys = (): Refusal =>
  refuse('session_only', {
    hint: 'Keys cannot do this. Sign in in a browser.',
    needs: { session: true },
  })
