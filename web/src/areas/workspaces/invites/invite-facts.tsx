import { Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { roleBlurbs } from '#contract/permissions.ts'
import { RoleBadge } from '../../../ui/role-badge.tsx'
import { fullTime } from '../../../ui/time.ts'
import { WorkspaceIcon } from '../../../ui/workspace-icon.tsx'
import { expiresIn } from './expires-in.ts'
import type { Invite } from './queries.ts'

const date = new Intl.DateTimeFormat('en', { dateStyle: 'long' })

/** What an invite is about: where, as what, for which address, until when. */
export const InviteFacts = ({ invite: { workspace, role, email, expiresAt } }: { invite: Invite }) => {
  const until = new Date(expiresAt)
  return (
    <Stack gap="md">
      <Group gap="sm" wrap="nowrap">
        <WorkspaceIcon
          name={workspace.displayName}
          letter={workspace.iconLetter}
          color={workspace.iconColor}
          imageUrl={workspace.imageUrl}
          size={48}
        />
        <div style={{ minWidth: 0 }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {workspace.displayName}
          </Text>
          <Text fz="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {workspace.username}
          </Text>
        </div>
      </Group>
      <Stack component="dl" gap="xs" m={0}>
        <Fact name="Role">
          <RoleBadge role={role} />
          <Text fz="sm" c="dimmed" mt={4}>
            {roleBlurbs[role]}
          </Text>
        </Fact>
        <Fact name="Sent to">{email}</Fact>
        <Fact name="Holds until">
          <time dateTime={expiresAt} title={fullTime(until)}>
            {date.format(until)}
          </time>{' '}
          <Text span fz="sm" c="dimmed">
            ({expiresIn(expiresAt)})
          </Text>
        </Fact>
      </Stack>
    </Stack>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <Group wrap="nowrap" align="baseline" gap="md">
    <Text component="dt" c="dimmed" fz="sm" w={84} style={{ flexShrink: 0 }}>
      {name}
    </Text>
    <Text component="dd" m={0} fz="sm" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
      {children}
    </Text>
  </Group>
)
