import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useRef } from 'react'
import { sentenceOf } from '../../api/problem.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { clockTime } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { sentenceOfEvent } from './event-words.ts'
import { type ActivityEvent, useUndoActivity } from './queries.ts'
import { useKeptFocus } from './use-kept-focus.ts'

/** Takes an event back. Asks first where that shows something to everybody or takes something away; all else can be taken back itself. */
export const UndoButton = ({ event, until }: { event: ActivityEvent; until: string }) => {
  const [asking, dialog] = useDisclosure()
  const undo = useUndoActivity()
  const warning = warningOf(event)
  const sentence = sentenceOfEvent(event)
  const button = useRef<HTMLButtonElement>(null)
  const keepFocus = useKeptFocus()
  // Not by callbacks of the button: it is gone once the feed knows that there is nothing more to undo.
  const act = () => {
    keepFocus(button.current?.closest('li')?.querySelector('[aria-expanded]'))
    void undo.mutateAsync(event._id).then(
      () => toast(`Undone: ${sentence}.`),
      (error) => toast(sentenceOf(error), { failed: true }),
    )
  }
  return (
    <>
      <Button
        ref={button}
        variant="light"
        size="compact-xs"
        onClick={warning ? dialog.open : act}
        loading={undo.isPending}
        aria-label={`Undo: ${sentence}`}
        title={`Can be undone until ${clockTime(new Date(until))}`}
      >
        Undo
      </Button>
      {warning && (
        <ConfirmDialog
          opened={asking}
          onClose={dialog.close}
          title="Undo this?"
          confirm="Undo"
          cancel="Leave it"
          danger={false}
          onConfirm={() => {
            dialog.close()
            act()
          }}
          pending={false}
          error={undefined}
        >
          {warning}
        </ConfirmDialog>
      )}
    </>
  )
}

const warningOf = ({ action, resourceType, resourceName = 'It' }: ActivityEvent): string | undefined => {
  if (action === 'unshared') return `${resourceName} will be public again: everybody can see it.`
  if (action === 'restored')
    return `${resourceName} goes back to the trash${resourceType === 'dataset' ? '' : ', and its running trainings end'}.`
  return undefined
}
