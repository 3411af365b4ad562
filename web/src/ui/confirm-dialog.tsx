import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorNote } from './error-state.tsx'

type Props = {
  opened: boolean
  onClose: () => void
  title: string
  /** What will happen, in plain words. */
  children: ReactNode
  confirm: string
  cancel?: string
  /** Whether something is lost. */
  danger?: boolean
  onConfirm: () => void
  pending: boolean
  error: unknown
}

/** Asks before something that cannot be taken back. */
export const ConfirmDialog = ({ confirm, cancel = 'Keep it', danger = true, children, ...props }: Props) => (
  <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
    <Stack>
      {children}
      <ErrorNote error={props.error} />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={props.onClose} data-autofocus>
          {cancel}
        </Button>
        <Button {...(danger && { color: 'red.8' })} onClick={props.onConfirm} loading={props.pending}>
          {confirm}
        </Button>
      </Group>
    </Stack>
  </Modal>
)
