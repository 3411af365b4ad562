import { Button, Divider, Group, Modal, PasswordInput, Skeleton, Stack, Text } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type ProviderName, providerLabels } from '#contract/identities.ts'
import { isApiError } from '../../../api/client.ts'
import { explained, fieldErrorsOf } from '../../../api/problem.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { meQuery } from '../queries.ts'
import { challengePasskey, factorsQuery, identitiesQuery, useReauthenticate } from '../security-queries.ts'
import { connectingAt, keepConnecting, withoutProblem } from './connecting.ts'
import { askPasskey, canUsePasskeys } from './passkey-browser.ts'
import { providerAddress } from './provider-address.ts'
import { providerIcons } from './provider-buttons.tsx'
import { SixDigitCode } from './six-digit-code.tsx'
import { codeWords } from './words.ts'

/** Asks for a passkey, the password or a provider, whichever the person has. `onAnswer` hears how it went. */
const ConfirmItsYouDialog = ({ opened, onAnswer }: { opened: boolean; onAnswer: (yes: boolean) => void }) => (
  <Modal
    opened={opened}
    onClose={() => onAnswer(false)}
    title="Confirm that it is you"
    // Above the dialog whose action asks. Escape and the way back of the focus are seen to by the host.
    zIndex={300}
    closeOnEscape={false}
    returnFocus={false}
  >
    <Stack>
      <Text fz="sm" c="dimmed">
        This is about the safety of your account. You will not be asked again for a few minutes.
      </Text>
      {opened && <Ways onDone={() => onAnswer(true)} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => onAnswer(false)}>
          Cancel
        </Button>
      </Group>
    </Stack>
  </Modal>
)

const Ways = ({ onDone }: { onDone: () => void }) => {
  const factors = useQuery({ ...factorsQuery(), staleTime: 0 })
  const identities = useQuery({ ...identitiesQuery(), staleTime: 0 })
  const error = factors.error ?? identities.error
  if (!factors.data || !identities.data) {
    return error ? <ErrorNote error={error} /> : <Skeleton h={120} aria-hidden />
  }
  const { passkeys, totp, hasPassword } = factors.data
  const withPasskey = passkeys.length > 0 && canUsePasskeys()
  // A password alone would not prove what a passkey is there to prove.
  const withPassword = hasPassword && (totp !== null || passkeys.length === 0)
  const providers = identities.data.identities.map(({ provider }) => provider)
  return (
    <>
      {withPasskey && <PasskeyWay onDone={onDone} />}
      {withPasskey && withPassword && <Divider label="or" />}
      {withPassword && <PasswordWay withCode={totp !== null} focused={!withPasskey} onDone={onDone} />}
      {(withPasskey || withPassword) && providers.length > 0 && <Divider label="or" />}
      {providers.length > 0 && <ProviderWays providers={providers} />}
      {(passkeys.length > 0 || totp) && (hasPassword || providers.length > 0) && (
        <Text fz="xs" c="dimmed">
          None of these at hand? Sign out, then sign in again with a recovery code.
        </Text>
      )}
    </>
  )
}

const PasskeyWay = ({ onDone }: { onDone: () => void }) => {
  const confirm = useReauthenticate()
  const ask = async () => askPasskey(await challengePasskey())
  return (
    <Stack gap="sm">
      <Button
        leftSection={<IconFingerprint size={18} aria-hidden />}
        onClick={() => confirm.mutate({ ask }, { onSuccess: onDone })}
        loading={confirm.isPending}
        autoFocus
        data-autofocus
      >
        Use a passkey
      </Button>
      <ErrorNote error={confirm.error} />
    </Stack>
  )
}

const PasswordWay = ({
  withCode,
  focused,
  onDone,
}: {
  withCode: boolean
  focused: boolean
  onDone: () => void
}) => {
  const { data: me } = useQuery(meQuery())
  const confirm = useReauthenticate()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const complete = password !== '' && (!withCode || code.length === 6)
  const atPassword = fieldErrorsOf(confirm.error, { password: 'Password' }).password
  const wrongCode = isApiError(confirm.error, 'invalid_code')
  const submit = () => {
    if (!complete || confirm.isPending) return
    confirm.mutate(withCode ? { password, code } : { password }, {
      onSuccess: onDone,
      onError: () => setCode(''),
    })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Stack gap="sm">
        <input type="text" autoComplete="username" value={me?.user.email ?? ''} readOnly hidden />
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={atPassword}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
          autoFocus={focused}
          {...(focused && { 'data-autofocus': true })}
        />
        {withCode && (
          <SixDigitCode
            label="Code from your authenticator app"
            value={code}
            onChange={setCode}
            failed={wrongCode}
          />
        )}
        <ErrorNote error={atPassword ? null : explained(confirm.error, codeWords)} />
        <Button type="submit" loading={confirm.isPending} disabled={!complete}>
          Confirm
        </Button>
      </Stack>
    </form>
  )
}

const ProviderWays = ({ providers }: { providers: ProviderName[] }) => {
  const next = withoutProblem(location.pathname, location.search)
  const connecting = connectingAt(location.search)
  return (
    <Stack gap="xs">
      {providers.map((provider) => {
        const Glyph = providerIcons[provider]
        return (
          <Button
            key={provider}
            component="a"
            href={providerAddress(provider, { intent: 'confirm', next })}
            onClick={() => connecting && keepConnecting(connecting)}
            variant="default"
            leftSection={<Glyph size={18} stroke={1.7} aria-hidden />}
          >
            Confirm with {providerLabels[provider]}
          </Button>
        )
      })}
      <Text fz="xs" c="dimmed">
        {connecting
          ? `You come back to this page, and from here go on to ${providerLabels[connecting]}.`
          : 'You come back to this page. Then do once more what you were about to do.'}
      </Text>
    </Stack>
  )
}

export default ConfirmItsYouDialog
