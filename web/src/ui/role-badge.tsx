import { Badge } from '@mantine/core'
import type { Role } from '#contract/permissions.ts'
import { roleNames } from './role-names.ts'

/** The role somebody has in a workspace. There is one owner, and only that badge stands out. */
export const RoleBadge = ({ role }: { role: Role }) => (
  <Badge
    color={role === 'owner' ? 'gate' : 'gray'}
    variant={role === 'viewer' ? 'default' : 'light'}
    style={{ flexShrink: 0 }}
  >
    {roleNames[role]}
  </Badge>
)
