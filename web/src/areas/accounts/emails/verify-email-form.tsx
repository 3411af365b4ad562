import { Box, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { SendAnother } from '../security/send-another.tsx'
import { SixDigitCode } from '../security/six-digit-code.tsx'
import { MailboxHint } from '../welcome-frame.tsx'
import { type EmailAddress, useResendEmailCode, useVerifyEmail } from './queries.ts'

/** "$20.00". */
const dollars = (cents: number): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(cents / 100)

/** Asks for the code that was mailed to this address. */
export const VerifyEmailForm = ({ email, onClose }: { email: EmailAddress; onClose: () => void }) => {
  const { id, address, resendAt } = email
  const verify = useVerifyEmail()
  const resend = useResendEmailCode()
  const [code, setCode] = useState('')
  // The wait for another code is short, so while it lasts the mail is fresh.
  const [justMailed] = useState(() => resendAt !== undefined && new Date(resendAt).getTime() > Date.now())
  const submit = (value: string) => {
    if (value.length !== 6 || verify.isPending) return
    verify.mutate(
      { id, code: value },
      {
        onSuccess: ({ bonusCents }) => {
          toast(
            bonusCents
              ? `${address} is verified. ${dollars(bonusCents)} sign-up credit recorded.`
              : `${address} is verified.`,
          )
          onClose()
        },
        onError: () => setCode(''),
      },
    )
  }
  return (
    <Box pl={{ base: 0, sm: 50 }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit(code)
        }}
      >
        <Stack gap="sm" maw={420}>
          <Text fz="sm">
            {justMailed || resend.isSuccess ? (
              <>
                We mailed a code to <b>{address}</b>. It holds for 10 minutes.
              </>
            ) : (
              <>
                Type the code from the mail to <b>{address}</b>, or send another.
              </>
            )}
          </Text>
          <SixDigitCode
            label="Six-digit code"
            value={code}
            onChange={setCode}
            onComplete={submit}
            failed={verify.isError}
            autoFocus
          />
          <ErrorNote error={verify.error} />
          <Group justify="space-between" gap="sm">
            <Group gap="sm">
              <Button type="submit" loading={verify.isPending} disabled={code.length !== 6}>
                Verify
              </Button>
              <Button variant="default" onClick={onClose}>
                Later
              </Button>
            </Group>
            <SendAnother
              resendAt={resend.data?.resendAt ?? resendAt ?? new Date(0).toISOString()}
              onResend={() => resend.mutate(id)}
              pending={resend.isPending}
              sent={resend.isSuccess}
              error={resend.error}
              size="compact-md"
            />
          </Group>
          <MailboxHint />
        </Stack>
      </form>
    </Box>
  )
}
