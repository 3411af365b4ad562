import { Alert, Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle } from '@tabler/icons-react'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { useRenewRecoveryCodes } from '../security-queries.ts'
import { FactorSection } from './factor-section.tsx'

const fewMax = 3

/** How many recovery codes are left, and new ones in their place. */
export const RecoveryCodes = ({ left, onCodes }: { left: number; onCodes: (codes: string[]) => void }) => {
  const [renewing, dialog] = useDisclosure()
  return (
    <FactorSection
      title="Recovery codes"
      lead={
        <>
          For when neither passkey nor app is at hand. Each works once.
          {left > fewMax && ` ${left} are left.`}
        </>
      }
      action={
        <Button variant="default" onClick={dialog.open}>
          Renew codes
        </Button>
      }
    >
      {left <= fewMax && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
          {left === 0 ? 'You have none left.' : `You have only ${left} left.`} Renew them while you can still
          sign in.
        </Alert>
      )}
      <RenewDialog opened={renewing} onClose={dialog.close} onCodes={onCodes} />
    </FactorSection>
  )
}

const RenewDialog = ({
  opened,
  onClose,
  onCodes,
}: {
  opened: boolean
  onClose: () => void
  onCodes: (codes: string[]) => void
}) => {
  const renew = useRenewRecoveryCodes()
  const close = () => {
    onClose()
    renew.reset()
  }
  const confirm = () =>
    renew.mutate(undefined, {
      onSuccess: ({ recoveryCodes }) => {
        close()
        onCodes(recoveryCodes)
      },
    })
  return (
    <ConfirmDialog
      opened={opened}
      onClose={close}
      title="Renew your recovery codes?"
      confirm="Renew codes"
      cancel="Keep the old ones"
      danger={false}
      onConfirm={confirm}
      pending={renew.isPending}
      error={renew.error}
    >
      <Text>You get new codes, and the ones you have now stop working.</Text>
    </ConfirmDialog>
  )
}
