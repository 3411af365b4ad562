import { Button, Center, Code, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { explained } from '../../../api/problem.ts'
import { CopyIcon } from '../../../ui/copy.tsx'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useConfirmTotp } from '../security-queries.ts'
import { SixDigitCode } from './six-digit-code.tsx'
import { codeWords } from './words.ts'

const QrCode = lazy(() => import('./qr-code.tsx'))
const qrSize = 208

type Props = {
  opened: boolean
  onClose: () => void
  /** Called once it has faded out, and the secret is no longer shown. */
  onClosed: () => void
  setup?: { secret: string; uri: string }
  /** Hears the recovery codes that come with a first second step. */
  onCodes: (codes: string[]) => void
}

/** Shows the secret as a QR code and for typing, then wants to see a code made with it. */
export const SetUpTotpDialog = ({ opened, onClose, onClosed, setup, onCodes }: Props) => (
  <Modal opened={opened} onClose={onClose} onExitTransitionEnd={onClosed} title="Set up an authenticator app">
    {setup && <Steps setup={setup} onClose={onClose} onCodes={onCodes} />}
  </Modal>
)

const Steps = ({
  setup: { secret, uri },
  onClose,
  onCodes,
}: Omit<Props, 'opened' | 'onClosed' | 'setup'> & { setup: { secret: string; uri: string } }) => {
  const confirm = useConfirmTotp()
  const [code, setCode] = useState('')
  const submit = (value: string) => {
    if (value.length !== 6 || confirm.isPending) return
    confirm.mutate(value, {
      onSuccess: ({ recoveryCodes }) => {
        onClose()
        if (recoveryCodes) onCodes(recoveryCodes)
        else toast('The authenticator app is set up.')
      },
      onError: () => setCode(''),
    })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit(code)
      }}
    >
      <Stack>
        <Text fz="sm">1. Scan this with the app on your phone.</Text>
        <Center>
          <Suspense fallback={<Skeleton w={qrSize} h={qrSize} />}>
            <QrCode text={uri} size={qrSize} label="QR code with the secret for your app" />
          </Suspense>
        </Center>
        <Stack gap={4}>
          <Text fz="sm" c="dimmed">
            No camera at hand? Type this secret instead:
          </Text>
          <Group gap={4} wrap="nowrap">
            <Code fz="sm" px="sm" py={6} style={{ overflowWrap: 'anywhere' }}>
              {secret.match(/.{1,4}/g)?.join(' ')}
            </Code>
            <CopyIcon value={secret} what="the secret" />
          </Group>
        </Stack>
        <Text fz="sm">2. Type the code that the app shows now.</Text>
        <SixDigitCode
          label="Six-digit code"
          value={code}
          onChange={setCode}
          onComplete={submit}
          failed={confirm.isError}
        />
        <ErrorNote error={explained(confirm.error, codeWords)} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={confirm.isPending} disabled={code.length !== 6}>
            Confirm
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
