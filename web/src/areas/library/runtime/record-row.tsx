import { ActionIcon, Badge, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useDeleteRecord } from './queries.ts'

const colors: Record<string, string> = {
  ready: 'green',
  completed: 'green',
  failed: 'red',
  creating: 'blue',
  deploying: 'blue',
  running: 'blue',
  starting: 'blue',
}

type Props = {
  kind: 'deployment' | 'export'
  id: string
  name: string
  status: string
  facts: ReactNode
  error: string | undefined
  /** What deleting it means. */
  warning: string
  mayDelete: boolean
}

/** One deployment or export, and the way to delete it. */
export const RecordRow = ({ kind, id, name, status, facts, error, warning, mayDelete }: Props) => {
  const [asking, dialog] = useDisclosure()
  const remove = useDeleteRecord(kind)
  const confirm = () =>
    remove.mutate(id, {
      onSuccess: () => {
        dialog.close()
        toast(`${name} is deleted.`)
      },
    })
  return (
    <Group component="li" wrap="nowrap" justify="space-between" gap="sm" p="md" className="gh-record">
      <div style={{ minWidth: 0 }}>
        <Group gap={8}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          <Badge color={colors[status] ?? 'gray'}>{status.slice(0, 1).toUpperCase() + status.slice(1)}</Badge>
        </Group>
        <Text fz="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
          {facts}
        </Text>
        {error && (
          <Text fz="sm" c="var(--mantine-color-error)">
            {error}
          </Text>
        )}
      </div>
      {mayDelete && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={`Delete ${name}`}
          onClick={dialog.open}
        >
          <IconTrash size={17} stroke={1.7} />
        </ActionIcon>
      )}
      <ConfirmDialog
        opened={asking}
        onClose={dialog.close}
        title={`Delete ${name}?`}
        confirm={`Delete ${kind}`}
        onConfirm={confirm}
        pending={remove.isPending}
        error={remove.error}
      >
        <Text>{warning}</Text>
      </ConfirmDialog>
    </Group>
  )
}
