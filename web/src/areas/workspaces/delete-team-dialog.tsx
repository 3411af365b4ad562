import { Alert, Button, Code, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { isApiError } from '../../api/client.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { TextLink } from '../../ui/link-button.tsx'
import { type Settings, useMe } from '../accounts/queries.ts'
import { useDeleteTeam } from './queries.ts'

const word = 'DELETE'

type Props = { settings: Settings; opened: boolean; onClose: () => void }

/** Tells what goes, and takes a typed word for it. */
const DeleteTeamDialog = ({ settings, opened, onClose }: Props) => {
  const { user } = useMe()
  const [typed, setTyped] = useState('')
  const remove = useDeleteTeam(settings, user.username)
  const close = () => {
    setTyped('')
    remove.reset()
    onClose()
  }
  const hasMembers = isApiError(remove.error, 'team_has_members')
  return (
    <Modal opened={opened} onClose={close} title={`Delete ${settings.displayName}?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (typed === word) remove.mutate(typed)
        }}
        noValidate
      >
        <Stack>
          <Text>This cannot be undone.</Text>
          <List fz="sm" spacing={4} c="dimmed">
            <List.Item>Every project, model and run of the team is deleted.</List.Item>
            <List.Item>Its API keys stop working at once, and pending invites are cancelled.</List.Item>
            <List.Item>
              The team URL <b>{settings.username}</b> is never given out again.
            </List.Item>
          </List>
          <TextInput
            label={
              <>
                Type <Code fz="sm">{word}</Code> to confirm
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            data-autofocus
          />
          {hasMembers ? (
            <Alert
              color="red"
              variant="light"
              role="alert"
              icon={<IconUsers size={18} />}
              title="Other members still hold seats"
            >
              Remove them first, or transfer the team to one of them, under{' '}
              <TextLink to="/settings" search={{ tab: 'teams' }} inherit underline="always">
                Teams
              </TextLink>
              .
            </Alert>
          ) : (
            <ErrorNote error={remove.error} />
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              Keep the team
            </Button>
            <Button type="submit" color="red.8" disabled={typed !== word} loading={remove.isPending}>
              Delete team
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

export default DeleteTeamDialog
