import { Alert, Button, Divider, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconCheck } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { signIn } from '#contract/accounts.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { TextLink } from '../../ui/link-button.tsx'
import { forgetInvite, inviteTokenIn, keepInvite } from './onboarding/kept-invite.ts'
import { useSignIn } from './queries.ts'
import { canUsePasskeys } from './security/passkey-browser.ts'
import { PasskeySignIn } from './security/passkey-sign-in.tsx'
import { ProviderButtons, useOffersProviders } from './security/provider-buttons.tsx'
import { ProviderProblemNote } from './security/provider-problem.tsx'
import { WelcomeFrame } from './welcome-frame.tsx'

const sentences = { email: 'Enter your email address', password: 'Enter your password' }

/** `next` is where the person was going; a path of this site. `problem` is what stood in the way at a provider. */
export const SignInScreen = ({
  next,
  afterReset,
  problem,
}: {
  next?: string
  afterReset: boolean
  problem?: string
}) => {
  const navigate = useNavigate()
  const enter = useSignIn()
  const offersProviders = useOffersProviders()
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: validateWith(signIn.body, {}, sentences),
  })
  // A provider may know somebody who has no account here yet: then this is the beginning of a sign-up.
  useEffect(() => keepInvite(next), [next])
  const goOn = () => {
    forgetInvite()
    void (next ? navigate({ href: next }) : navigate({ to: '/home' }))
  }
  const submit = form.onSubmit((values) =>
    enter.mutate(values, {
      onSuccess: (reply) =>
        reply.next === 'second-factor' ? void navigate({ to: '/second-factor', search: { next } }) : goOn(),
    }),
  )
  return (
    <WelcomeFrame
      title="Sign in"
      lead="Good to see you again."
      foot={
        <>
          New here?{' '}
          <TextLink to="/sign-up" search={{ next: inviteTokenIn(next) && next }} inherit underline="always">
            Create an account
          </TextLink>
        </>
      }
    >
      {afterReset && (
        <Alert color="gate" icon={<IconCheck size={18} />} title="Your password is changed">
          Sign in with the new one.
        </Alert>
      )}
      {problem && !enter.isError && <ProviderProblemNote problem={problem} />}
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="Email"
            type="email"
            autoComplete="username webauthn"
            placeholder="you@example.com"
            autoFocus
            {...form.getInputProps('email')}
          />
          <div>
            <Group justify="space-between" mb={4}>
              <Text component="label" htmlFor="password" fz="sm" fw={560}>
                Password
              </Text>
              <TextLink to="/forgot-password" fz="sm">
                Forgot it?
              </TextLink>
            </Group>
            <PasswordInput
              id="password"
              autoComplete="current-password"
              visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
              {...form.getInputProps('password')}
            />
          </div>
          <ErrorNote error={enter.error} />
          <Button type="submit" loading={enter.isPending} size="md">
            Sign in
          </Button>
        </Stack>
      </form>
      {(canUsePasskeys() || offersProviders) && <Divider label="or" />}
      <Stack gap="sm">
        <PasskeySignIn onDone={goOn} />
        <ProviderButtons next={next} />
      </Stack>
    </WelcomeFrame>
  )
}
