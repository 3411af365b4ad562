import { Badge, Button, Card, Group, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconSearch, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { plans } from '#contract/plans.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RoleBadge } from '../../../ui/role-badge.tsx'
import { useMay, useMe } from '../../accounts/queries.ts'
import { InviteDialog } from './invite-dialog.tsx'
import { MemberRow } from './member-row.tsx'
import { matchesSearch } from './member-search.ts'
import { type Member, membersQuery } from './queries.ts'
import { seatSummary, seatsOf } from './seat-summary.ts'
import { TeamNeedsPlan } from './team-needs-plan.tsx'

const searchFrom = 6

/** Who belongs to the workspace, and the way in for others. */
export const MembersCard = () => {
  const { workspace } = useMe()
  const query = useQuery(membersQuery())
  const mayInvite = useMay('invites.manage')
  const [inviting, dialog] = useDisclosure()
  const { members, maxSeats = 0 } = query.data ?? {}
  const seats = members && seatsOf(members, maxSeats)

  if (query.error && !members) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return (
    <Card component="section" aria-labelledby="members-title" aria-busy={!members}>
      <Stack>
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={4} flex="1 1 260px" miw={0}>
            <Group gap="xs">
              <Title order={2} id="members-title" style={{ overflowWrap: 'anywhere' }}>
                {workspace.displayName}
              </Title>
              <Badge variant="default">{plans[workspace.plan].name}</Badge>
              <RoleBadge role={workspace.role} />
            </Group>
            {seats ? (
              <Text c="dimmed" fz="sm" className="gh-tabular">
                {seatSummary(seats)}
              </Text>
            ) : (
              <Skeleton h={14} w={220} my={4} aria-hidden />
            )}
          </Stack>
          {seats && seats.max > 1 && mayInvite && (
            <Button leftSection={<IconUserPlus size={17} aria-hidden />} onClick={dialog.open}>
              Invite
            </Button>
          )}
        </Group>
        {seats?.max === 1 && !workspace.licenseExpired && <TeamNeedsPlan />}
        {members ? <MemberList members={members} /> : <Waiting />}
      </Stack>
      {seats && <InviteDialog seats={seats} opened={inviting} onClose={dialog.close} />}
    </Card>
  )
}

const MemberList = ({ members }: { members: readonly Member[] }) => {
  const [search, setSearch] = useState('')
  const found = members.filter((member) => matchesSearch(member, search.trim()))
  return (
    <Stack gap="sm">
      {members.length >= searchFrom && (
        <TextInput
          type="search"
          aria-label="Search members"
          placeholder="Search by name, username or address"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          maw={360}
        />
      )}
      <div>
        <Stack component="ul" gap={0} p={0} m={0} aria-label="Members" style={{ listStyle: 'none' }}>
          {found.map((member) => (
            <MemberRow key={member.inviteId ?? member.userId} member={member} />
          ))}
        </Stack>
        <Text component="div" role="status" c="dimmed" fz="sm">
          {found.length === 0 && `Nobody here matches “${search.trim()}”.`}
        </Text>
      </div>
    </Stack>
  )
}

const Waiting = () => (
  <Stack gap="md" aria-hidden>
    <Skeleton h={44} />
    <Skeleton h={44} />
    <Skeleton h={44} />
  </Stack>
)
