import { Badge, Box, Group, Stack, Text, ThemeIcon, Tooltip } from '@mantine/core'
import { IconMailForward, IconWorld } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { regions } from '#contract/regions.ts'
import { Moment } from '../../../ui/moment.tsx'
import { RoleBadge } from '../../../ui/role-badge.tsx'
import { WorkspaceIcon } from '../../../ui/workspace-icon.tsx'
import { useMe } from '../../accounts/queries.ts'
import { expiresIn } from '../invites/expires-in.ts'
import { initialsOf, nameOf } from './member-name.ts'
import type { Member } from './queries.ts'
import { rowActions } from './row-actions.ts'
import { RowMenu } from './row-menu.tsx'

/** One member or pending invite: who, in which role, since when, and what can be done about it. */
export const MemberRow = ({ member }: { member: Member }) => {
  const { user, workspace } = useMe()
  const viewer = { userId: user.id, role: workspace.role, accountType: workspace.accountType }
  const actions = rowActions(viewer, member)
  const pending = member.status === 'pending'
  return (
    <Box component="li" py="sm" style={{ borderTop: '1px solid var(--gh-border)' }}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        {pending ? (
          <ThemeIcon variant="light" color="gray" size={38} radius="md" aria-hidden>
            <IconMailForward size={20} stroke={1.6} />
          </ThemeIcon>
        ) : (
          <WorkspaceIcon
            name={nameOf(member)}
            letter={initialsOf(nameOf(member))}
            color="#5a676e"
            imageUrl={member.imageUrl}
            size={38}
          />
        )}
        <Stack gap={2} flex={1} miw={0}>
          <Group gap={6}>
            <Text fw={560} fz={15} style={{ overflowWrap: 'anywhere' }}>
              {nameOf(member)}
            </Text>
            <Box hiddenFrom="sm" lh={1}>
              <RoleBadge role={member.role} />
            </Box>
            {member.userId === user.id && (
              <Badge size="sm" color="gate">
                You
              </Badge>
            )}
            {pending && (
              <Badge size="sm" color="orange">
                Pending
              </Badge>
            )}
            {member.region && <ElsewhereBadge name={nameOf(member)} region={member.region} />}
          </Group>
          {pending ? <InviteFacts invite={member} /> : <MemberFacts member={member} />}
        </Stack>
        <Group gap={4} wrap="nowrap" mih={38}>
          <Box visibleFrom="sm" lh={1}>
            <RoleBadge role={member.role} />
          </Box>
          {/* Keeps the roles under one another where only some rows have a menu. */}
          <Box w={34}>{actions.length > 0 && <RowMenu member={member} actions={actions} />}</Box>
        </Group>
      </Group>
    </Box>
  )
}

const Facts = ({ children }: { children: ReactNode }) => (
  <Text fz="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
    {children}
  </Text>
)

const MemberFacts = ({ member: { username, email, joinedAt } }: { member: Member }) => (
  <Facts>
    <span>{username}</span> · <span>{email}</span>
    <br />
    Joined <Moment at={joinedAt} inSentence />
  </Facts>
)

const InviteFacts = ({
  invite: { invitedBy, inviteCreatedAt, joinedAt, inviteExpiresAt },
}: {
  invite: Member
}) => (
  <Facts>
    Invited {invitedBy && `by ${invitedBy} `}
    <Moment at={inviteCreatedAt ?? joinedAt} inSentence />
    {inviteExpiresAt && ` · ${expiresIn(inviteExpiresAt)}`}
  </Facts>
)

const ElsewhereBadge = ({ name, region }: { name: string; region: NonNullable<Member['region']> }) => (
  <Tooltip
    label={`${name}’s own data stays in ${regions[region].label}. Their name and address are shared with this workspace.`}
    multiline
    maw={280}
  >
    <Badge size="sm" color="gray" leftSection={<IconWorld size={12} aria-hidden />} tabIndex={0}>
      {regions[region].label}
    </Badge>
  </Tooltip>
)
