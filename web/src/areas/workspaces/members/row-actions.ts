import { may, type Permission, type Role } from '#contract/permissions.ts'
import type { Member } from './queries.ts'

export type RowAction =
  | 'set-admin'
  | 'set-editor'
  | 'set-viewer'
  | 'transfer'
  | 'remove'
  | 'leave'
  | 'resend'
  | 'cancel'

/** Who is looking at the list, and in what kind of workspace. */
export type Viewer = { userId: string; role: Role; accountType: 'personal' | 'team' }

type Row = Pick<Member, 'userId' | 'role' | 'status'>

const givenRoles = ['admin', 'editor', 'viewer'] as const

/** What this viewer may do about this row (SPEC 4.3 to 4.5), in the order of the menu. The server decides again, on the row as it is then. */
export const rowActions = ({ userId, role, accountType }: Viewer, row: Row): RowAction[] => {
  const mayAct = (below: Permission, onAdmins: Permission, target: Role) =>
    may(role, target === 'admin' ? onAdmins : below)

  if (row.status === 'pending')
    return mayAct('invites.manage', 'invites.manageAdmins', row.role) ? ['resend', 'cancel'] : []
  if (row.userId === userId) return may(role, 'team.leave') ? ['leave'] : []
  if (row.role === 'owner') return []

  const mayManage = (target: Role) => mayAct('members.manage', 'members.manageAdmins', target)
  const actions: RowAction[] = []
  if (mayManage(row.role))
    for (const given of givenRoles) {
      if (given !== row.role && mayManage(given)) actions.push(`set-${given}`)
    }
  // A personal workspace goes with its person.
  if (may(role, 'team.transfer') && accountType === 'team') actions.push('transfer')
  if (mayManage(row.role)) actions.push('remove')
  return actions
}
