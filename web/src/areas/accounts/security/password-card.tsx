import { Anchor, Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconExternalLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { z } from 'zod'
import { Password } from '#contract/common.ts'
import { providerLabels, providerSecurityPages } from '#contract/identities.ts'
import { besideFields, fieldErrorsOf } from '../../../api/problem.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { validateWith } from '../../../ui/form.ts'
import { toast } from '../../../ui/toast.tsx'
import { NewPasswordField } from '../new-password-field.tsx'
import { useMe } from '../queries.ts'
import { identitiesQuery, useChangePassword } from '../security-queries.ts'
import { LoadedCard } from './loaded-card.tsx'

/** The password: changed, or set for the first time by somebody who came by a provider. */
export const PasswordCard = () => {
  const query = useQuery(identitiesQuery())
  const [open, form] = useDisclosure()
  const hasPassword = query.data?.hasPassword
  return (
    <LoadedCard
      title="Password"
      lead={hasPassword === false ? 'You have no password here.' : 'Use one that you use nowhere else.'}
      query={query}
      beside={
        !open && (
          <Button variant="default" onClick={form.open}>
            {hasPassword ? 'Change password' : 'Set a password'}
          </Button>
        )
      }
    >
      {({ identities }) => (
        <>
          {!hasPassword && <AtProviders providers={identities.map(({ provider }) => provider)} />}
          {open && <PasswordForm first={!hasPassword} onClose={form.close} />}
        </>
      )}
    </LoadedCard>
  )
}

/** Where the passwords are that let this person in. */
const AtProviders = ({ providers }: { providers: (keyof typeof providerLabels)[] }) => {
  const managed = providers.filter((provider) => providerSecurityPages[provider])
  if (managed.length === 0) return null
  return (
    <Stack gap={6} align="flex-start">
      <Text fz="sm">You sign in with somebody else’s account, and its password is kept there:</Text>
      {managed.map((provider) => (
        <Anchor
          key={provider}
          href={providerSecurityPages[provider]}
          target="_blank"
          rel="noreferrer"
          fz="sm"
          underline="always"
        >
          Security settings at {providerLabels[provider]}{' '}
          <IconExternalLink size={14} style={{ verticalAlign: -2 }} aria-hidden />
        </Anchor>
      ))}
    </Stack>
  )
}

const labels = { currentPassword: 'Current password', newPassword: 'New password' }

const PasswordForm = ({ first, onClose }: { first: boolean; onClose: () => void }) => {
  const { user } = useMe()
  const change = useChangePassword()
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: validateWith(
      z.object({ currentPassword: first ? z.string() : z.string().min(1), newPassword: Password }),
      labels,
      { currentPassword: 'Enter your current password' },
    ),
  })
  const submit = form.onSubmit(({ currentPassword, newPassword }) =>
    change.mutate(first ? { newPassword } : { currentPassword, newPassword }, {
      onSuccess: () => {
        onClose()
        toast(`Your password is ${first ? 'set' : 'changed'}. All your other sessions were signed out.`)
      },
      onError: (error) => form.setErrors(fieldErrorsOf(error, labels)),
    }),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={420}>
        <input type="text" autoComplete="username" value={user.email} readOnly hidden />
        {!first && (
          <PasswordInput
            label={labels.currentPassword}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
            autoFocus
            {...form.getInputProps('currentPassword')}
          />
        )}
        <NewPasswordField
          label={labels.newPassword}
          autoFocus={first}
          {...form.getInputProps('newPassword')}
          value={form.values.newPassword}
        />
        <ErrorNote error={besideFields(change.error)} />
        <Text fz="sm" c="dimmed">
          Every other session of yours will be signed out.
        </Text>
        <Group gap="sm">
          <Button type="submit" loading={change.isPending}>
            {first ? 'Set password' : 'Change password'}
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
