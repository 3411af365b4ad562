import { ActionIcon, Badge, Button, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDevices, IconKey, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { Moment } from '../../../ui/moment.tsx'
import { type Passkey, useStartPasskey } from '../security-queries.ts'
import { AddPasskeyDialog } from './add-passkey-dialog.tsx'
import { FactorSection } from './factor-section.tsx'
import { Line, Lines } from './line.tsx'
import { canUsePasskeys } from './passkey-browser.ts'
import { RemovePasskeyDialog } from './remove-passkey-dialog.tsx'
import { RenamePasskeyDialog } from './rename-passkey-dialog.tsx'

type Props = {
  passkeys: Passkey[]
  /** Whether the one passkey is the only second step. */
  alone: boolean
  onCodes: (codes: string[]) => void
}

export const PasskeyList = ({ passkeys, alone, onCodes }: Props) => {
  const start = useStartPasskey()
  const [adding, dialog] = useDisclosure()
  const supported = canUsePasskeys()
  return (
    <FactorSection
      title="Passkeys"
      lead={
        supported
          ? 'Sign in with your fingerprint, your face or a security key, with no password to type.'
          : 'This browser cannot use passkeys here. They need HTTPS, or an address at localhost.'
      }
      action={
        supported && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            // What the browser's prompt needs is fetched first, so that the prompt follows directly on the next click.
            onClick={() => start.mutate(undefined, { onSuccess: dialog.open })}
            loading={start.isPending}
          >
            Add a passkey
          </Button>
        )
      }
    >
      {!adding && <ErrorNote error={start.error} />}
      {passkeys.length > 0 && (
        <Lines label="Passkeys">
          {passkeys.map((passkey) => (
            <PasskeyLine key={passkey.id} passkey={passkey} alone={alone} />
          ))}
        </Lines>
      )}
      <AddPasskeyDialog
        opened={adding}
        onClose={dialog.close}
        options={start.data}
        onAskAgain={() => start.mutate(undefined)}
        asking={start.isPending}
        askError={start.error}
        onCodes={onCodes}
      />
    </FactorSection>
  )
}

const PasskeyLine = ({ passkey, alone }: { passkey: Passkey; alone: boolean }) => {
  const [renaming, rename] = useDisclosure()
  const [removing, remove] = useDisclosure()
  const { name, synced, createdAt, lastUsedAt } = passkey
  return (
    <>
      <Line
        icon={synced ? IconDevices : IconKey}
        title={name}
        badges={
          synced && (
            <Tooltip label="Kept on more than one of your devices">
              <Badge color="gray">Synced</Badge>
            </Tooltip>
          )
        }
        facts={
          <>
            Added <Moment at={createdAt} inSentence /> ·{' '}
            {lastUsedAt ? (
              <>
                last used <Moment at={lastUsedAt} inSentence />
              </>
            ) : (
              'not used yet'
            )}
          </>
        }
        actions={
          <>
            <Tooltip label="Rename">
              <ActionIcon variant="subtle" color="gray" onClick={rename.open} aria-label={`Rename ${name}`}>
                <IconPencil size={18} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Remove">
              <ActionIcon variant="subtle" color="gray" onClick={remove.open} aria-label={`Remove ${name}`}>
                <IconTrash size={18} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
          </>
        }
      />
      <RenamePasskeyDialog passkey={passkey} opened={renaming} onClose={rename.close} />
      <RemovePasskeyDialog passkey={passkey} alone={alone} opened={removing} onClose={remove.close} />
    </>
  )
}
