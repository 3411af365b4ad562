import { ActionIcon, Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconArrowsExchange,
  IconDoorExit,
  IconDots,
  IconMailForward,
  IconUserCog,
  IconUserMinus,
  IconX,
} from '@tabler/icons-react'
import { type ComponentType, useRef, useState } from 'react'
import type { GivenRole } from '#contract/members.ts'
import { sentenceOf } from '../../../api/problem.ts'
import { receiptSentence } from '../../../ui/receipt.ts'
import { roleNames, withArticle } from '../../../ui/role-names.ts'
import { toast } from '../../../ui/toast.tsx'
import { expiresIn } from '../invites/expires-in.ts'
import { CancelInviteDialog } from './cancel-invite-dialog.tsx'
import { LeaveTeamDialog } from './leave-team-dialog.tsx'
import { nameOf } from './member-name.ts'
import { type Member, useChangeRole, useResendInvite } from './queries.ts'
import { RemoveMemberDialog } from './remove-member-dialog.tsx'
import type { RowAction } from './row-actions.ts'
import { TransferOwnershipDialog } from './transfer-ownership-dialog.tsx'

type DialogProps = { member: Member; opened: boolean; onClose: () => void }

const dialogs: Partial<Record<RowAction, ComponentType<DialogProps>>> = {
  transfer: TransferOwnershipDialog,
  remove: RemoveMemberDialog,
  leave: LeaveTeamDialog,
  cancel: CancelInviteDialog,
}

const entries = {
  'set-admin': { label: `Set as ${roleNames.admin}`, icon: IconUserCog, danger: false },
  'set-editor': { label: `Set as ${roleNames.editor}`, icon: IconUserCog, danger: false },
  'set-viewer': { label: `Set as ${roleNames.viewer}`, icon: IconUserCog, danger: false },
  transfer: { label: 'Transfer ownership', icon: IconArrowsExchange, danger: false },
  remove: { label: 'Remove from team', icon: IconUserMinus, danger: true },
  leave: { label: 'Leave team', icon: IconDoorExit, danger: true },
  resend: { label: 'Resend invite', icon: IconMailForward, danger: false },
  cancel: { label: 'Cancel invite', icon: IconX, danger: true },
} satisfies Record<RowAction, unknown>

/** What can be done about one row. What takes something away asks first. */
export const RowMenu = ({ member, actions }: { member: Member; actions: readonly RowAction[] }) => {
  const [asked, setAsked] = useState<RowAction>()
  const [opened, dialog] = useDisclosure()
  const button = useRef<HTMLButtonElement>(null)
  const { act, busy } = useAtOnce(member)
  const ask = (action: RowAction) => {
    setAsked(action)
    dialog.open()
  }
  const close = () => {
    dialog.close()
    // The dialog would give the focus back to the entry of the menu, which is gone.
    button.current?.focus()
  }
  const Dialog = asked && dialogs[asked]
  return (
    <>
      <Menu position="bottom-end" shadow="md" radius="md" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon
            ref={button}
            variant="subtle"
            color="gray"
            size={34}
            loading={busy}
            aria-label={`Actions for ${nameOf(member)}`}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((action) => {
            const { label, icon: Glyph, danger } = entries[action]
            return (
              <Menu.Item
                key={action}
                {...(danger && { color: 'var(--mantine-color-error)' })}
                leftSection={<Glyph size={16} stroke={1.7} aria-hidden />}
                onClick={() => (dialogs[action] ? ask(action) : act(action))}
              >
                {label}
              </Menu.Item>
            )
          })}
        </Menu.Dropdown>
      </Menu>
      {Dialog && <Dialog member={member} opened={opened} onClose={close} />}
    </>
  )
}

const roleOf: Partial<Record<RowAction, GivenRole>> = {
  'set-admin': 'admin',
  'set-editor': 'editor',
  'set-viewer': 'viewer',
}

/** What is done without a question: it can be taken back by the same menu. */
const useAtOnce = (member: Member) => {
  const changeRole = useChangeRole()
  const resend = useResendInvite()
  const onError = (error: unknown) => toast(sentenceOf(error), { failed: true })
  const act = (action: RowAction) => {
    const role = roleOf[action]
    if (role && member.userId)
      changeRole.mutate(
        { userId: member.userId, role },
        {
          onSuccess: ({ receipt }) =>
            toast(`${nameOf(member)} is now ${withArticle(role)}. ${receiptSentence(receipt)}`),
          onError,
        },
      )
    else if (action === 'resend' && member.inviteId)
      resend.mutate(member.inviteId, {
        onSuccess: ({ expiresAt }) =>
          toast(
            `A new link is on its way to ${member.email}. It ${expiresIn(expiresAt)}; the old one is dead.`,
          ),
        onError,
      })
  }
  return { act, busy: changeRole.isPending || resend.isPending }
}
