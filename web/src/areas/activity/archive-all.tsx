import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArchive } from '@tabler/icons-react'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { useArchiveActivity } from './queries.ts'

/** Empties the inbox, whatever part of it is on screen. */
export const ArchiveAll = () => {
  const [asking, dialog] = useDisclosure()
  const archive = useArchiveActivity()
  // Not by callbacks of the mutation: an empty inbox has no such button any more.
  const act = () =>
    void archive.mutateAsync({ all: true, archive: true }).then(
      () => {
        dialog.close()
        toast('Your inbox is empty. Everything is in the archive.')
      },
      () => {},
    )
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<IconArchive size={16} stroke={1.8} />}
        onClick={dialog.open}
      >
        Archive all
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={dialog.close}
        title="Archive everything?"
        confirm="Archive all"
        cancel="Not now"
        danger={false}
        onConfirm={act}
        pending={archive.isPending}
        error={archive.error}
      >
        Your inbox will be empty, also of what the filters hide now. Nothing is lost: every row can be
        restored from the archive. Other members keep their own inbox.
      </ConfirmDialog>
    </>
  )
}
