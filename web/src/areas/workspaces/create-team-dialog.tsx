import { Alert, Button, Group, Modal, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { IconUsersGroup } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { DisplayName } from '#contract/profile-fields.ts'
import { regions } from '#contract/regions.ts'
import { ownedTeamsMax } from '#contract/teams.ts'
import { explained, fieldSentence } from '../../api/problem.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { UsernameField, useUsernameVerdict } from '../accounts/onboarding/username-field.tsx'
import type { Me } from '../accounts/queries.ts'
import { ownSettingsQuery, ownsAllTeams, teamsQuery, useCreateTeam } from './queries.ts'
import { teamUrlFrom } from './team-url.ts'

type Props = { me: Me; opened: boolean; onClose: () => void }

/** Asks for a name and an address, and ends in the new team. */
const CreateTeamDialog = ({ me, opened, onClose }: Props) => {
  const { data, isPending } = useQuery({ ...teamsQuery(), enabled: opened })
  return (
    <Modal opened={opened} onClose={onClose} title="Create a team">
      {isPending && <Skeleton h={240} aria-hidden />}
      {!isPending && data && ownsAllTeams(data.teams) && <NoRoom onClose={onClose} />}
      {/* Without the list the server says whether there is room. */}
      {!isPending && !(data && ownsAllTeams(data.teams)) && <TeamForm me={me} onClose={onClose} />}
    </Modal>
  )
}

export default CreateTeamDialog

const NoRoom = ({ onClose }: { onClose: () => void }) => (
  <Stack>
    <Alert color="orange" icon={<IconUsersGroup size={18} />} title={`You own ${ownedTeamsMax} teams`}>
      That is the most one person can own. Delete one, or hand it over to one of its members, to make room.
    </Alert>
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose} data-autofocus>
        Close
      </Button>
    </Group>
  </Stack>
)

const TeamForm = ({ me, onClose }: Omit<Props, 'opened'>) => {
  const create = useCreateTeam()
  const { data: own } = useQuery(ownSettingsQuery(me.user.username))
  const [fullName, setFullName] = useState('')
  // Follows the name until somebody types an address of their own.
  const [ownUrl, setOwnUrl] = useState<string>()
  const [asked, setAsked] = useState(false)
  const username = ownUrl ?? teamUrlFrom(fullName)
  const verdict = useUsernameVerdict(username)
  const nameProblem = asked ? problemWithName(fullName) : undefined

  const submit = () => {
    setAsked(true)
    if (problemWithName(fullName)) return
    if (!['available', 'checking', 'unknown'].includes(verdict.state)) return
    create.mutate({ username, fullName: fullName.trim() }, { onSuccess: onClose })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      noValidate
    >
      <Stack>
        <Text fz="sm" c="dimmed">
          A workspace of its own, with its own projects, keys and plan, for people you invite. It begins on
          the Free plan.
        </Text>
        <TextInput
          label="Team name"
          placeholder="Acme Vision"
          withAsterisk
          autoComplete="off"
          maxLength={120}
          value={fullName}
          onChange={(event) => setFullName(event.currentTarget.value)}
          error={nameProblem}
          data-autofocus
        />
        <UsernameField
          label="Team URL"
          placeholder="acme-vision"
          prefix={`${location.host}/`}
          value={username}
          onChange={setOwnUrl}
          verdict={verdict}
          missing={asked && (verdict.state === 'empty' || verdict.state === 'malformed')}
        />
        <Text fz="sm" c="dimmed">
          {own ? `Its data is kept in your own data region, ${regions[own.region].label}.` : ownRegionWords}{' '}
          You can own up to {ownedTeamsMax} teams.
        </Text>
        <ErrorNote error={explained(create.error, urlWords)} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create team
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const ownRegionWords = 'Its data is kept in your own data region.'

const urlWords = {
  username_taken: { title: 'Somebody just took that team URL', advice: 'Choose another one.' },
}

const problemWithName = (fullName: string): string | undefined => {
  if (fullName.trim() === '') return 'Give the team a name'
  const parsed = DisplayName.safeParse(fullName)
  return parsed.success ? undefined : fieldSentence('Team name', parsed.error.issues[0]?.message ?? '')
}
