import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconLock, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { slowestSentence } from '../../ui/receipt.ts'
import { useMe } from '../accounts/queries.ts'
import { ApiKeyHelp } from './api-key-help.tsx'
import { ApiKeyList } from './api-key-list.tsx'
import CreateApiKeyDialog from './create-api-key-dialog.tsx'
import { apiKeysQuery, useKeysClosedBy } from './queries.ts'

export const ApiKeysTab = () => {
  const closedBy = useKeysClosedBy()
  const { username } = useMe().workspace
  if (closedBy === 'waiting') return <Waiting />
  if (closedBy === 'role')
    return (
      <EmptyState icon={IconLock} title="Keys are for editors and above">
        Your role in <b>{username}</b> lets you look, not train. Ask an owner or admin if you need a key.
      </EmptyState>
    )
  if (closedBy === 'owner-only')
    return (
      <EmptyState icon={IconLock} title="Here the owner keeps the keys">
        In this installation only the owner of a workspace makes and sees its API keys. Ask the owner of{' '}
        <b>{username}</b> if a machine of yours needs one.
      </EmptyState>
    )
  return <Keys />
}

const Keys = () => {
  const { workspace } = useMe()
  const { data, error, isPending, refetch } = useQuery(apiKeysQuery())
  const keys = data?.keys
  const slowest = data && slowestSentence(data.receipts)
  const [creating, dialog] = useDisclosure()
  const create = (
    <Button leftSection={<IconPlus size={17} />} onClick={dialog.open}>
      Create key
    </Button>
  )
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2}>API keys</Title>
          <Text c="dimmed" fz="sm" mt={4} maw={620}>
            A key lets a program act for you in <b>{workspace.username}</b>, and nowhere else.
            {workspace.accountType === 'team' &&
              ' It may do what your role here allows at that moment, so each member makes their own.'}
          </Text>
        </div>
        {keys && keys.length > 0 && create}
      </Group>
      {isPending && <Waiting />}
      {error && !keys && <ErrorState error={error} onRetry={() => void refetch()} />}
      {keys?.length === 0 && (
        <EmptyState icon={IconKey} title="No keys yet" action={create}>
          Make one to stream training runs from any machine to this workspace, or to call the API from your
          own code.
        </EmptyState>
      )}
      {keys && <ApiKeyList keys={keys} />}
      {slowest && (
        <Text c="dimmed" fz="sm" maw={620}>
          {slowest}
        </Text>
      )}
      {keys && <ApiKeyHelp />}
      <CreateApiKeyDialog opened={creating} onClose={dialog.close} />
    </Stack>
  )
}

const Waiting = () => (
  <Stack aria-hidden>
    <Skeleton h={148} radius="lg" />
    <Skeleton h={148} radius="lg" />
  </Stack>
)
