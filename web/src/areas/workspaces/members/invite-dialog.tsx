import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconInfoCircle } from '@tabler/icons-react'
import { type GivenRole, inviteDays, inviteMember } from '#contract/members.ts'
import { roleBlurbs } from '#contract/permissions.ts'
import { besideFields, fieldErrorsOf } from '../../../api/problem.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { validateWith } from '../../../ui/form.ts'
import { roleNames } from '../../../ui/role-names.ts'
import { toast } from '../../../ui/toast.tsx'
import { useMay, useMe } from '../../accounts/queries.ts'
import { useInviteMember } from './queries.ts'
import type { Seats } from './seat-summary.ts'

const labels = { email: 'Email', role: 'Role' }

type Props = { seats: Seats; opened: boolean; onClose: () => void }

/** Asks whom to invite, and as what. */
export const InviteDialog = ({ seats, opened, onClose }: Props) => {
  const { workspace } = useMe()
  return (
    <Modal opened={opened} onClose={onClose} title={`Invite to ${workspace.displayName}`}>
      <InviteForm seats={seats} onClose={onClose} />
    </Modal>
  )
}

const InviteForm = ({ seats, onClose }: Omit<Props, 'opened'>) => {
  const invite = useInviteMember()
  const mayInviteAdmins = useMay('invites.manageAdmins')
  const offered: GivenRole[] = mayInviteAdmins ? ['admin', 'editor', 'viewer'] : ['editor', 'viewer']
  const form = useForm({
    initialValues: { email: '', role: 'editor' as GivenRole },
    validate: validateWith(inviteMember.body, labels, { email: 'Enter an address such as you@example.com' }),
  })
  const submit = form.onSubmit((body) =>
    invite.mutate(body, {
      onSuccess: ({ email }) => {
        toast(`An invite is on its way to ${email}.`)
        onClose()
      },
      onError: (error) => form.setErrors(fieldErrorsOf(error, labels)),
    }),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {seats.used >= seats.max && !invite.isError && (
          <Alert color="orange" icon={<IconInfoCircle size={18} />} title="Every seat is taken" role="note">
            Cancel an invite or remove a member first.
          </Alert>
        )}
        <TextInput
          label="Email"
          type="email"
          autoComplete="off"
          placeholder="you@example.com"
          data-autofocus
          {...form.getInputProps('email')}
        />
        <Radio.Group label="Role" {...form.getInputProps('role')}>
          <Stack gap="sm" pt={6}>
            {offered.map((role) => (
              <Radio key={role} value={role} label={roleNames[role]} description={roleBlurbs[role]} />
            ))}
          </Stack>
        </Radio.Group>
        <Text fz="sm" c="dimmed">
          We mail a link that holds for {inviteDays} days. Until then the invite takes a seat.
        </Text>
        <ErrorNote error={besideFields(invite.error)} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={invite.isPending}>
            Send invitation
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
