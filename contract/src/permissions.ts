/** The ladder of SPEC 4.3, highest first. */
export const roles = ['owner', 'admin', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

/** Who may do what in a workspace: the matrix of SPEC 4.4, one row for each thing a route or a button asks about.
 *  The door reads it for requests, the web for buttons. */
export const permissions = {
  'workspace.view': ['owner', 'admin', 'editor', 'viewer'],
  'workspace.edit': ['owner', 'admin'],
  'activity.view': ['owner', 'admin', 'editor', 'viewer'],
  'library.view': ['owner', 'admin', 'editor', 'viewer'],
  'library.download': ['owner', 'admin', 'editor'],
  'training.run': ['owner', 'admin', 'editor'],
  'apiKeys.manage': ['owner', 'admin', 'editor'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

/** Whether `role` carries `permission`. */
export const may = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role)

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
