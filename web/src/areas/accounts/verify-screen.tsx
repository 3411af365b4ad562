import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ErrorNote } from '../../ui/error-state.tsx'
import { LinkButton, TextLink } from '../../ui/link-button.tsx'
import { keptInvite } from './onboarding/kept-invite.ts'
import { signUpQuery, useResendCode, useVerifySignUp } from './queries.ts'
import { SendAnother } from './security/send-another.tsx'
import { SixDigitCode } from './security/six-digit-code.tsx'
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
  const resend = useResendCode()
  const [code, setCode] = useState(mailed)

  const submit = (value: string) => {
    if (value.length !== 6 || verify.isPending) return
    verify.mutate(value, {
      onSuccess: () => navigate({ to: '/onboarding', replace: true }),
      onError: () => setCode(''),
    })
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
          <TextLink to="/sign-up" search={{ next: keptInvite() }} inherit underline="always">
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
          <SixDigitCode
            label="Six-digit code"
            size="lg"
            autoFocus={mailed === ''}
            value={code}
            onChange={setCode}
            onComplete={submit}
            failed={verify.isError}
          />
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
            <SendAnother
              resendAt={resend.data?.resendAt ?? resendAt}
              onResend={() => resend.mutate()}
              pending={resend.isPending}
              sent={resend.isSuccess}
              error={resend.error}
            />
          </Group>
          <MailboxHint />
        </Stack>
      </form>
    </WelcomeFrame>
  )
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
    <LinkButton to="/sign-up" search={{ next: keptInvite() }} size="md" variant={code ? 'default' : 'filled'}>
      Sign up again
    </LinkButton>
  </WelcomeFrame>
)
