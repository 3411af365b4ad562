/** The ladder of SPEC 4.3, highest first. */
export const roles = ['owner', 'admin', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

const everyone: readonly Role[] = ['owner', 'admin', 'editor', 'viewer']
const editors: readonly Role[] = ['owner', 'admin', 'editor']
const admins: readonly Role[] = ['owner', 'admin']
const owner: readonly Role[] = ['owner']
const allButOwner: readonly Role[] = ['admin', 'editor', 'viewer']

type Row = { action: string; roles: readonly Role[] }

/** Who may do what in a workspace: the matrix of SPEC 4.4, one row for each thing a route, a button or a reader asks about. The door
 *  reads it for requests, the web for buttons and for the matrix on the Teams tab, and docs/roles.md is printed from it. */
export const permissions = {
  'public.view': { action: 'View public resources', roles: everyone },
  'library.view': { action: 'View private resources and their metadata', roles: everyone },
  'workspace.view': { action: 'View the profile of the workspace', roles: everyone },
  'members.view': { action: 'View the member list', roles: everyone },
  'activity.view': { action: 'View the activity feed', roles: everyone },
  'billing.viewBalance': { action: 'View the credit balance', roles: everyone },
  'billing.viewUsage': { action: 'View usage and transactions', roles: everyone },
  'library.edit': { action: 'Create and edit projects, datasets, models and metadata', roles: editors },
  'library.trash': { action: 'Delete (move to trash)', roles: editors },
  'trash.manage': { action: 'Restore, delete permanently, empty the trash', roles: editors },
  'training.run': { action: 'Upload data, start and cancel training', roles: editors },
  'library.download': { action: 'Export and download models', roles: editors },
  'datasets.version': { action: 'Create dataset versions', roles: editors },
  'deployments.manage': { action: 'Create, stop and start deployments', roles: editors },
  'imports.run': { action: 'Run imports, retry a cloud import', roles: editors },
  'apiKeys.manage': { action: 'Create, view and revoke API keys', roles: editors },
  'integrations.manage': { action: 'Connect and disconnect Slack, cloud storage, on-premise', roles: admins },
  'workspace.edit': { action: 'Edit the profile and icon of the workspace', roles: admins },
  'invites.manage': { action: 'Invite editors and viewers, cancel and resend those invites', roles: admins },
  'invites.manageAdmins': { action: 'Invite admins, cancel and resend those invites', roles: owner },
  'members.manage': { action: 'Make editors viewers and back, remove them', roles: admins },
  'members.manageAdmins': { action: 'Give or take the admin role, remove an admin', roles: owner },
  'billing.manage': { action: 'Top up, cards, billing address, auto top-up', roles: admins },
  'plan.manage': { action: 'Upgrade, cancel and resume the plan', roles: admins },
  'team.leave': { action: 'Leave the team', roles: allButOwner },
  'team.transfer': { action: 'Transfer ownership', roles: owner },
  'team.delete': { action: 'Delete the team', roles: owner },
  'privacy.export': { action: 'Export the data of the workspace', roles: owner },
} as const satisfies Record<string, Row>

/** What each role is for, in one sentence (SPEC 4.4). */
export const roleBlurbs: Record<Role, string> = {
  owner: 'Everything, including members, billing, deleting the team and handing it over',
  admin: 'What an editor may, and billing, settings and the members below admin',
  editor: 'Create, edit, delete, upload, train, export and deploy',
  viewer: 'Look at everything, members included, and change nothing',
}

export type Permission = keyof typeof permissions

/** Whether `role` carries `permission`. */
export const may = (role: Role, permission: Permission): boolean =>
  permissions[permission].roles.includes(role)

/** The lowest role of the ladder that carries `permission`: what a refusal names. */
export const lowestRoleWith = (permission: Permission): Role =>
  roles.findLast((role) => may(role, permission)) ?? 'owner'

/** What a key can be limited to (SPEC 5.3). `admin` is never implied by another. */
export const scopes = ['training', 'models', 'datasets', 'read', 'write', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** What a key has when no scope was chosen at its creation (SPEC 5.3). */
export const defaultScopes: readonly Scope[] = ['read', 'write']

const implied: Record<Scope, readonly Scope[]> = {
  training: ['training'],
  models: ['models'],
  datasets: ['datasets'],
  read: ['read'],
  write: ['write', 'training', 'models', 'datasets'],
  admin: ['admin'],
}

/** Whether a key holding `held` (null or empty: the default set) covers at least one of `needed`. */
export const coversScope = (held: readonly Scope[] | null, needed: readonly Scope[]): boolean => {
  const granted = (held?.length ? held : defaultScopes).flatMap((scope) => implied[scope])
  return needed.some((scope) => granted.includes(scope))
}
