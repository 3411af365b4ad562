import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMail } from '@tabler/icons-react'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Line } from '../security/line.tsx'
import { type EmailAddress, useRemoveEmail, useSetPrimaryEmail } from './queries.ts'
import { VerifyEmailForm } from './verify-email-form.tsx'

type Props = { email: EmailAddress; verifying: boolean; onVerify: (open: boolean) => void }

/** One address with what can be done about it. An unverified one opens its code field below. */
export const EmailLine = ({ email, verifying, onVerify }: Props) => {
  const { id, address, verified, isPrimary, isCompany } = email
  const setPrimary = useSetPrimaryEmail()
  const [removing, removal] = useDisclosure()
  return (
    <Stack gap="sm">
      <Line
        icon={IconMail}
        title={address}
        facts={
          <Group gap={6} mt={4}>
            {isPrimary && <Badge color="gate">Primary</Badge>}
            <Badge color={verified ? 'green' : 'orange'}>{verified ? 'Verified' : 'Unverified'}</Badge>
            {isCompany && <Badge color="gray">Company</Badge>}
          </Group>
        }
        actions={
          <>
            {!verified && !verifying && (
              <Button
                variant="default"
                size="xs"
                onClick={() => onVerify(true)}
                aria-label={`Verify ${address}`}
              >
                Verify
              </Button>
            )}
            {verified && !isPrimary && (
              <Button
                variant="default"
                size="xs"
                onClick={() =>
                  setPrimary.mutate(id, { onSuccess: () => toast(`${address} is your primary address.`) })
                }
                loading={setPrimary.isPending}
                aria-label={`Make ${address} primary`}
              >
                Make primary
              </Button>
            )}
            {!isPrimary && (
              <Button variant="default" size="xs" onClick={removal.open} aria-label={`Remove ${address}`}>
                Remove
              </Button>
            )}
          </>
        }
      />
      <ErrorNote error={setPrimary.error} />
      {!verified && verifying && <VerifyEmailForm email={email} onClose={() => onVerify(false)} />}
      <RemoveDialog email={email} opened={removing} onClose={removal.close} />
    </Stack>
  )
}

const RemoveDialog = ({
  email: { id, address, verified },
  opened,
  onClose,
}: {
  email: EmailAddress
  opened: boolean
  onClose: () => void
}) => {
  const remove = useRemoveEmail()
  const confirm = () =>
    remove.mutate(id, {
      onSuccess: () => {
        onClose()
        toast(`${address} is removed.`)
      },
    })
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Remove ${address}?`}
      confirm="Remove email"
      onConfirm={confirm}
      pending={remove.isPending}
      error={remove.error}
    >
      <Text>
        {verified
          ? 'You can no longer sign in with it. We tell that address that it was removed.'
          : 'Its code stops working. You can add the address again later.'}
      </Text>
    </ConfirmDialog>
  )
}
