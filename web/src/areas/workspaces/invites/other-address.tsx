import { Alert, Box, Button, Stack, Text } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { type EmailAddress, useAddEmail } from '../../accounts/emails/queries.ts'
import { VerifyEmailForm } from '../../accounts/emails/verify-email-form.tsx'
import type { Me } from '../../accounts/queries.ts'
import type { Invite } from './queries.ts'
import { AnotherAccountButton } from './who-accepts.tsx'

type Props = {
  invite: Invite
  token: string
  me: Me
  /** The invited address as it stands on the person's list, where it does. */
  address: EmailAddress | undefined
}

/** The invite went to an address that this account has not proved: prove it here, or come as somebody else. */
export const OtherAddress = ({ invite: { email }, token, me, address }: Props) => {
  const add = useAddEmail()
  const [typing, setTyping] = useState(true)
  if (address && !address.verified)
    return (
      <Stack>
        <Text fw={600}>Confirm this address, then you can join</Text>
        {typing ? (
          // On the Profile tab the form is set in, under the icon of its line.
          <Box ml={{ base: 0, sm: -50 }}>
            <VerifyEmailForm email={address} onClose={() => setTyping(false)} />
          </Box>
        ) : (
          <Button size="md" onClick={() => setTyping(true)}>
            Confirm the address
          </Button>
        )}
      </Stack>
    )
  return (
    <Stack>
      <Alert
        color="orange"
        icon={<IconInfoCircle size={18} />}
        title="This invite was sent to another address"
        role="note"
      >
        <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
          It went to <b>{email}</b>, and you are signed in as <b>{me.user.displayName}</b> ({me.user.email}).
          If both are yours, add the address to this account. If it belongs to another account of yours, sign
          in with that one.
        </Text>
      </Alert>
      <ErrorNote error={add.error} />
      <Button size="md" onClick={() => add.mutate(email)} loading={add.isPending}>
        Add this address
      </Button>
      <AnotherAccountButton token={token} />
    </Stack>
  )
}
