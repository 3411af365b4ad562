import { Box, Button, Group, Input, PinInput, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { ErrorNote } from '../../ui/error-state.tsx'
import { LinkButton, TextLink } from '../../ui/link-button.tsx'
import { signUpQuery, useResendCode, useVerifySignUp } from './queries.ts'
import { MailboxHint, WelcomeFrame } from './welcome-frame.tsx'

/** Asks for the mailed code. `code` comes from the link in the mail and fills the field. */
export const VerifyScreen = ({ code: mailed }: { code?: string }) => {
  const { data: signUp, isPending } = useQuery(signUpQuery())
  if (isPending) {
    return (
      <WelcomeFrame title="Check your mail">
        <Skeleton h={64} />
      </WelcomeFrame>
    )
  }
  return signUp ? (
    <CodeForm email={signUp.email} resendAt={signUp.resendAt} mailed={mailed} />
  ) : (
    <OtherBrowser code={mailed} />
  )
}

const CodeForm = ({ email, resendAt, mailed = '' }: { email: string; resendAt: string; mailed?: string }) => {
  const navigate = useNavigate()
  const verify = useVerifySignUp()
  const [code, setCode] = useState(mailed)
  const first = useRef<HTMLInputElement>(null)

  const submit = (value: string) => {
    if (value.length !== 6 || verify.isPending) return
    verify.mutate(value, {
      onSuccess: () => navigate({ to: '/onboarding', replace: true }),
      onError: () => {
        setCode('')
        first.current?.focus()
      },
    })
  }
  // Not the field's own `onComplete`: it stays silent for a second code after the first was wrong and cleared.
  const change = (value: string) => {
    setCode(value)
    if (code.length < 6) submit(value)
  }
  return (
    <WelcomeFrame
      title="Check your mail"
      lead={
        <>
          We sent a six-digit code to <b>{email}</b>. It holds for 10 minutes.
        </>
      }
      foot={
        <>
          Wrong address?{' '}
          <TextLink to="/sign-up" inherit underline="always">
            Start over
          </TextLink>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit(code)
        }}
      >
        <Stack>
          <Box role="group" aria-labelledby="code-label">
            <Input.Label id="code-label" component="div" mb={6}>
              Six-digit code
            </Input.Label>
            <PinInput
              ref={first}
              length={6}
              type="number"
              inputMode="numeric"
              oneTimeCode
              autoFocus={mailed === ''}
              size="lg"
              gap="xs"
              placeholder=""
              ariaLabel="Digit of the code"
              value={code}
              onChange={change}
              error={verify.isError && code === ''}
              getInputProps={(index) => ({ 'aria-label': `Digit ${index + 1} of 6` })}
            />
          </Box>
          <ErrorNote error={verify.error} />
          <Group justify="space-between">
            <Button
              type="submit"
              size="md"
              loading={verify.isPending}
              disabled={code.length !== 6}
              autoFocus={mailed !== ''}
            >
              Confirm
            </Button>
            <Resend resendAt={resendAt} />
          </Group>
          <MailboxHint />
        </Stack>
      </form>
    </WelcomeFrame>
  )
}

/** Another code, as soon as one may be asked for. */
const Resend = ({ resendAt }: { resendAt: string }) => {
  const resend = useResendCode()
  const left = useSecondsUntil(resend.data?.resendAt ?? resendAt)
  return (
    <Stack gap={4} align="flex-end">
      {left > 0 ? (
        <Text fz="sm" c="dimmed" className="gh-tabular">
          Send another in {left} s
        </Text>
      ) : (
        <Button variant="subtle" onClick={() => resend.mutate()} loading={resend.isPending}>
          Send another code
        </Button>
      )}
      {resend.isSuccess && left > 0 && (
        <Text fz="xs" c="dimmed" role="status">
          Sent. The earlier code no longer works.
        </Text>
      )}
      <ErrorNote error={resend.error} />
    </Stack>
  )
}

const useSecondsUntil = (time: string): number => {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, Math.ceil((new Date(time).getTime() - now) / 1000))
}

/** The link was opened where no sign-up waits: the code has to be typed where it does. */
const OtherBrowser = ({ code }: { code?: string }) => (
  <WelcomeFrame
    title="Go on where you began"
    lead="Your sign-up waits in the browser where you started it. Open this page there and type the code."
    foot="No such browser any more, or more than 10 minutes ago? Signing up again takes a minute."
  >
    {code && (
      <Text
        fz={36}
        fw={640}
        lts="0.18em"
        className="gh-tabular"
        aria-label={`Code ${code.split('').join(' ')}`}
      >
        {code}
      </Text>
    )}
    <LinkButton to="/sign-up" size="md" variant={code ? 'default' : 'filled'}>
      Sign up again
    </LinkButton>
  </WelcomeFrame>
)
