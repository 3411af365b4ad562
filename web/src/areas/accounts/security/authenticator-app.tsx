import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDeviceMobile } from '@tabler/icons-react'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { Moment } from '../../../ui/moment.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useRemoveTotp, useStartTotp } from '../security-queries.ts'
import { FactorSection } from './factor-section.tsx'
import { Line, Lines } from './line.tsx'
import { lastFactorWords } from './remove-passkey-dialog.tsx'
import { SetUpTotpDialog } from './set-up-totp-dialog.tsx'

type Props = {
  totp: { createdAt: string } | null
  /** Whether the app is the only second step. */
  alone: boolean
  onCodes: (codes: string[]) => void
}

export const AuthenticatorApp = ({ totp, alone, onCodes }: Props) => {
  const start = useStartTotp()
  const [setting, dialog] = useDisclosure()
  const [removing, removal] = useDisclosure()
  return (
    <FactorSection
      title="Authenticator app"
      lead="An app on your phone shows a new six-digit code every 30 seconds."
      action={
        !totp && (
          <Button
            variant="default"
            onClick={() => start.mutate(undefined, { onSuccess: dialog.open })}
            loading={start.isPending}
          >
            Set up an app
          </Button>
        )
      }
    >
      <ErrorNote error={start.error} />
      {totp && (
        <Lines label="Authenticator app">
          <Line
            icon={IconDeviceMobile}
            title="Asked for at sign-in"
            facts={
              <>
                Set up <Moment at={totp.createdAt} inSentence />
              </>
            }
            actions={
              <Button
                variant="default"
                size="xs"
                onClick={removal.open}
                aria-label="Remove authenticator app"
              >
                Remove
              </Button>
            }
          />
        </Lines>
      )}
      <SetUpTotpDialog
        opened={setting}
        onClose={dialog.close}
        onClosed={start.reset}
        setup={start.data}
        onCodes={onCodes}
      />
      <RemoveDialog opened={removing} onClose={removal.close} alone={alone} />
    </FactorSection>
  )
}

const RemoveDialog = ({
  alone,
  opened,
  onClose,
}: {
  alone: boolean
  opened: boolean
  onClose: () => void
}) => {
  const remove = useRemoveTotp()
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        onClose()
        toast('The authenticator app is removed.')
      },
    })
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Remove the authenticator app?"
      confirm="Remove app"
      onConfirm={confirm}
      pending={remove.isPending}
      error={remove.error}
    >
      <Text>Its codes will no longer be asked for.{alone && ` ${lastFactorWords}`}</Text>
    </ConfirmDialog>
  )
}
