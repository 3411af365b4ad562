import { Button, Divider, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { signUp } from '#contract/accounts.ts'
import { besideFields, fieldErrorsOf } from '../../api/problem.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { TextLink } from '../../ui/link-button.tsx'
import type { Invite } from '../workspaces/invites/queries.ts'
import { NewPasswordField } from './new-password-field.tsx'
import { keepInvite } from './onboarding/kept-invite.ts'
import { useSignUp } from './queries.ts'
import { ProviderButtons, useOffersProviders } from './security/provider-buttons.tsx'
import { WelcomeFrame } from './welcome-frame.tsx'

const labels = { email: 'Email', password: 'Password' }

type Props = {
  /** Where somebody with an account would go; a path of this site. */
  next?: string
  /** The invite that led here. */
  invite?: Pick<Invite, 'workspace' | 'email'>
}

export const SignUpScreen = ({ next, invite }: Props) => {
  const navigate = useNavigate()
  const begin = useSignUp()
  const offersProviders = useOffersProviders()
  const form = useForm({
    initialValues: { email: invite?.email ?? '', password: '' },
    validate: validateWith(signUp.body, labels, { email: 'Enter an address such as you@example.com' }),
  })
  // At once, because a provider's button leaves this page without a word.
  useEffect(() => keepInvite(next), [next])
  const submit = form.onSubmit((values) =>
    begin.mutate(values, {
      onSuccess: () => navigate({ to: '/verify' }),
      onError: (error) => form.setErrors(fieldErrorsOf(error, labels)),
    }),
  )
  return (
    <WelcomeFrame
      title="Create your account"
      lead={
        <>
          {invite && `To join ${invite.workspace.displayName}. `}
          We mail you a six-digit code, then you choose a username and where your data lives.
        </>
      }
      foot={
        <>
          Already have an account?{' '}
          <TextLink to="/sign-in" search={{ next }} inherit underline="always">
            Sign in
          </TextLink>
        </>
      }
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="Email"
            type="email"
            autoComplete="email"
            placeholder="you@example.com"
            autoFocus={!invite}
            {...(invite && { description: 'The invite was sent to this address, and is accepted with it.' })}
            {...form.getInputProps('email')}
          />
          <NewPasswordField
            autoFocus={invite !== undefined}
            {...form.getInputProps('password')}
            value={form.values.password}
          />
          <ErrorNote error={besideFields(begin.error)} />
          <Button type="submit" loading={begin.isPending} size="md">
            Continue
          </Button>
        </Stack>
      </form>
      {offersProviders && <Divider label="or" />}
      <Stack gap="sm">
        <ProviderButtons next={next} />
      </Stack>
    </WelcomeFrame>
  )
}
