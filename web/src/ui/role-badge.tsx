import { Badge } from '@mantine/core'
import type { Role } from '#contract/permissions.ts'
import { roleNames } from './role-names.ts'

const colours: Record<Role, string> = { owner: 'gate', admin: 'indigo', editor: 'gray', viewer: 'gray' }

/** The role somebody has in a workspace. */
export const RoleBadge = ({ role }: { role: Role }) => (
  <Badge color={colours[role]} variant={role === 'viewer' ? 'default' : 'light'} style={{ flexShrink: 0 }}>
    {roleNames[role]}
  </Badge>
)
