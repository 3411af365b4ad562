import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconCheck } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { signIn } from '#contract/accounts.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { TextLink } from '../../ui/link-button.tsx'
import { useSignIn } from './queries.ts'
import { WelcomeFrame } from './welcome-frame.tsx'

const sentences = { email: 'Enter your email address', password: 'Enter your password' }

/** `next` is where the person was going; a path of this site. */
export const SignInScreen = ({ next, afterReset }: { next?: string; afterReset: boolean }) => {
  const navigate = useNavigate()
  const enter = useSignIn()
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: validateWith(signIn.body, {}, sentences),
  })
  const submit = form.onSubmit((values) =>
    enter.mutate(values, {
      onSuccess: () => (next ? navigate({ href: next }) : navigate({ to: '/home' })),
    }),
  )
  return (
    <WelcomeFrame
      title="Sign in"
      lead="Good to see you again."
      foot={
        <>
          New here?{' '}
          <TextLink to="/sign-up" inherit underline="always">
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
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
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
    </WelcomeFrame>
  )
}
