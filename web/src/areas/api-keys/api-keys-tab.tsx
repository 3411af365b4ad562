import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconLock, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { useMay, useMe } from '../accounts/queries.ts'
import { ApiKeyCard } from './api-key-card.tsx'
import { ApiKeyHelp } from './api-key-help.tsx'
import CreateApiKeyDialog from './create-api-key-dialog.tsx'
import { apiKeysQuery } from './queries.ts'

export const ApiKeysTab = () => {
  const mayManage = useMay('apiKeys.manage')
  return mayManage ? (
    <Keys />
  ) : (
    <EmptyState icon={IconLock} title="Keys are for editors and above">
      Your role in this workspace lets you look, not train. Ask an owner or admin if you need a key.
    </EmptyState>
  )
}

const Keys = () => {
  const { user, workspace } = useMe()
  const { data: keys, error, isPending, refetch } = useQuery(apiKeysQuery())
  const [creating, dialog] = useDisclosure()
  const mayRevokeAll = workspace.role === 'owner' || workspace.role === 'admin'
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
          <Text c="dimmed" fz="sm" mt={4} maw={560}>
            A key lets a program act for you in <b>{workspace.username}</b>, and nowhere else. Rotate keys
            every 90 days.
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
      {keys?.map((apiKey) => (
        <ApiKeyCard
          key={apiKey.keyId}
          apiKey={apiKey}
          mayRevoke={mayRevokeAll || Boolean(apiKey.key) || apiKey.createdBy === user.id}
        />
      ))}
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
