import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { isApiError } from '../../../api/client.ts'
import { explained } from '../../../api/problem.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { TextLink } from '../../../ui/link-button.tsx'
import {
  challengePasskey,
  type PendingSignIn,
  pendingSignInQuery,
  type SecondFactorMethod,
  useVerifySecondFactor,
} from '../security-queries.ts'
import { WelcomeFrame } from '../welcome-frame.tsx'
import { askPasskey, canUsePasskeys } from './passkey-browser.ts'
import { SixDigitCode } from './six-digit-code.tsx'
import { codeWords } from './words.ts'

const order = ['passkey', 'totp', 'recovery-code'] as const

const leads: Record<SecondFactorMethod, string> = {
  passkey: 'Your account is protected by a second step. Use one of your passkeys.',
  totp: 'Your account is protected by a second step. Type the code your authenticator app shows.',
  'recovery-code': 'Type one of the recovery codes you kept. Each works once.',
}

const switches: Record<SecondFactorMethod, string> = {
  passkey: 'Use a passkey',
  totp: 'Use the authenticator app',
  'recovery-code': 'Use a recovery code',
}

type Props = {
  /** Where the person was going; a path of this site. */
  next?: string
  pending: PendingSignIn
  /** Whether somebody signed in only confirms that it is them. */
  signedIn: boolean
}

/** The second step of a sign-in. */
export const SecondFactorScreen = ({ next, pending, signedIn }: Props) => {
  const ways = order.filter(
    (method) => pending.methods.includes(method) && (method !== 'passkey' || canUsePasskeys()),
  )
  const [way, setWay] = useState<SecondFactorMethod>(ways[0] ?? 'recovery-code')
  const leave = useLeave(next)
  useLapse(pending.expiresAt, leave.lapsed)
  const others = ways.filter((method) => method !== way)
  const Form = forms[way]
  return (
    <WelcomeFrame
      title="One more step"
      lead={leads[way]}
      foot={
        <Stack gap="xs" align="flex-start">
          {others.map((method) => (
            <Anchor
              key={method}
              component="button"
              type="button"
              inherit
              underline="always"
              onClick={() => setWay(method)}
            >
              {switches[method]}
            </Anchor>
          ))}
          {signedIn ? (
            <TextLink to={next ?? '/home'} inherit underline="always">
              Cancel
            </TextLink>
          ) : (
            <TextLink to="/sign-in" search={{ next }} inherit underline="always">
              Sign in as somebody else
            </TextLink>
          )}
        </Stack>
      }
    >
      <Form key={way} onDone={leave.done} onLapsed={leave.lapsed} />
    </WelcomeFrame>
  )
}

const useLeave = (next: string | undefined) => {
  const navigate = useNavigate()
  return {
    done: () => void (next ? navigate({ href: next }) : navigate({ to: '/home' })),
    lapsed: () =>
      void navigate({
        to: '/sign-in',
        search: { next, problem: 'second_factor_not_pending' },
        replace: true,
      }),
  }
}

/** Calls `lapsed` when the sign-in is no longer waited for. Asks before: the clock of this device may be wrong. */
const useLapse = (expiresAt: string, lapsed: () => void) => {
  const { data, refetch } = useQuery(pendingSignInQuery())
  useEffect(() => {
    const left = Math.max(1000, new Date(expiresAt).getTime() - Date.now() + 1000)
    const timer = setTimeout(() => void refetch(), left)
    return () => clearTimeout(timer)
  }, [expiresAt, refetch])
  // biome-ignore lint/correctness/useExhaustiveDependencies: leaves when there is nothing to wait for, once
  useEffect(() => {
    if (data === null) lapsed()
  }, [data])
}

type FormProps = { onDone: () => void; onLapsed: () => void }

const useProof = ({ onDone, onLapsed }: FormProps) => {
  const verify = useVerifySecondFactor()
  const prove = (proof: Parameters<typeof verify.mutate>[0], onError?: () => void) => {
    if (verify.isPending) return
    verify.mutate(proof, {
      onSuccess: onDone,
      onError: (error) => (isApiError(error, 'second_factor_not_pending') ? onLapsed() : onError?.()),
    })
  }
  return { prove, error: verify.error, isPending: verify.isPending }
}

const PasskeyForm = (props: FormProps) => {
  const { prove, error, isPending } = useProof(props)
  return (
    <Stack>
      <ErrorNote error={error} />
      <Button
        size="md"
        leftSection={<IconFingerprint size={20} aria-hidden />}
        onClick={() => prove({ ask: async () => askPasskey(await challengePasskey()) })}
        loading={isPending}
        autoFocus
      >
        Use a passkey
      </Button>
    </Stack>
  )
}

const CodeForm = (props: FormProps) => {
  const { prove, error, isPending } = useProof(props)
  const [code, setCode] = useState('')
  const submit = (value: string) => {
    if (value.length === 6) prove({ code: value }, () => setCode(''))
  }
  return (
    <ProofForm onSubmit={() => submit(code)}>
      <SixDigitCode
        label="Six-digit code"
        size="lg"
        value={code}
        onChange={setCode}
        onComplete={submit}
        failed={error !== null}
        autoFocus
      />
      <ErrorNote error={explained(error, codeWords)} />
      <Group>
        <Button type="submit" size="md" loading={isPending} disabled={code.length !== 6}>
          Continue
        </Button>
      </Group>
    </ProofForm>
  )
}

const recoveryWords = {
  invalid_code: { title: 'That recovery code is not right, or was used before' },
  invalid_request: {
    title: 'That is not a recovery code',
    advice: 'It has ten letters and digits, such as abcde-fghij.',
  },
}

const RecoveryForm = (props: FormProps) => {
  const { prove, error, isPending } = useProof(props)
  const [code, setCode] = useState('')
  return (
    <ProofForm onSubmit={() => prove({ recoveryCode: code })}>
      <TextInput
        label="Recovery code"
        placeholder="abcde-fghij"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={40}
        size="md"
        ff="monospace"
        autoFocus
      />
      <ErrorNote error={explained(error, recoveryWords)} />
      <Group>
        <Button type="submit" size="md" loading={isPending} disabled={code.trim() === ''}>
          Continue
        </Button>
      </Group>
    </ProofForm>
  )
}

const ProofForm = ({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) => (
  <form
    onSubmit={(event) => {
      event.preventDefault()
      onSubmit()
    }}
  >
    <Stack>{children}</Stack>
  </form>
)

const forms: Record<SecondFactorMethod, (props: FormProps) => ReactNode> = {
  passkey: PasskeyForm,
  totp: CodeForm,
  'recovery-code': RecoveryForm,
}
