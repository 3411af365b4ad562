import { Badge, Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDeviceDesktop, IconDeviceMobile, IconDevices, IconDeviceTablet } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { Moment } from '../../../ui/moment.tsx'
import { receiptSentence } from '../../../ui/receipt.ts'
import { toast } from '../../../ui/toast.tsx'
import { type Session, sessionsQuery, useRevokeOtherSessions, useRevokeSession } from '../security-queries.ts'
import { Line, Lines } from './line.tsx'
import { LoadedCard } from './loaded-card.tsx'
import { methodsInWords } from './words.ts'

const shownAtFirst = 6

const icons = {
  desktop: IconDeviceDesktop,
  phone: IconDeviceMobile,
  tablet: IconDeviceTablet,
  unknown: IconDevices,
}

/** Where the person is signed in. This session first, then by activity. */
export const SessionsCard = () => {
  const query = useQuery(sessionsQuery())
  const [all, setAll] = useState(false)
  const [ending, dialog] = useDisclosure()
  const sessions = [...(query.data ?? [])].sort((one, other) => Number(other.current) - Number(one.current))
  const shown = all ? sessions : sessions.slice(0, shownAtFirst)
  return (
    <LoadedCard
      title="Sessions"
      lead="Where you are signed in. End what you do not recognise, then change your password."
      query={query}
      beside={
        sessions.length > 1 && (
          <Button variant="default" onClick={dialog.open}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      {() => (
        <>
          <Lines label="Sessions">
            {shown.map((session) => (
              <SessionLine key={session.id} session={session} />
            ))}
          </Lines>
          {sessions.length === 1 && (
            <Text fz="sm" c="dimmed">
              You are signed in nowhere else.
            </Text>
          )}
          {shown.length < sessions.length && (
            <Group>
              <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
                Show all {sessions.length}
              </Button>
            </Group>
          )}
          <EverywhereElseDialog opened={ending} onClose={dialog.close} />
        </>
      )}
    </LoadedCard>
  )
}

const SessionLine = ({ session }: { session: Session }) => {
  const revoke = useRevokeSession()
  const { current, device, browser, os, ip, methods, createdAt, lastActiveAt } = session
  const name = os ? `${browser} on ${os}` : browser
  return (
    <>
      <Line
        icon={icons[device]}
        title={name}
        badges={current && <Badge color="green">This session</Badge>}
        facts={
          <>
            {ip} ·{' '}
            {current ? (
              'active now'
            ) : (
              <>
                active <Moment at={lastActiveAt} inSentence />
              </>
            )}
            <br />
            Signed in <Moment at={createdAt} inSentence />
            {methods.length > 0 && ` with ${methodsInWords(methods)}`}
          </>
        }
        actions={
          !current && (
            <Button
              variant="default"
              size="xs"
              onClick={() => revoke.mutate(session.id, { onSuccess: () => toast(`${name} is signed out.`) })}
              loading={revoke.isPending}
              aria-label={`Revoke ${name}`}
            >
              Revoke
            </Button>
          )
        }
      />
      <ErrorNote error={revoke.error} />
    </>
  )
}

const EverywhereElseDialog = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const revoke = useRevokeOtherSessions()
  const confirm = () =>
    revoke.mutate(undefined, {
      onSuccess: ({ ended, receipt }) => {
        onClose()
        toast(
          ended === 0
            ? 'There was no other session.'
            : ended === 1
              ? `One other session is signed out. ${receiptSentence(receipt)}`
              : `${ended} other sessions are signed out. ${receiptSentence(receipt)}`,
        )
      },
    })
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Sign out everywhere else?"
      confirm="Sign out the others"
      cancel="Cancel"
      onConfirm={confirm}
      pending={revoke.isPending}
      error={revoke.error}
    >
      <Text>
        Every session but this one ends at once. API keys go on working; revoke them on the API keys tab.
      </Text>
    </ConfirmDialog>
  )
}
