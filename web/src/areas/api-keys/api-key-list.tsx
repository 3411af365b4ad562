import { Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { ApiKeyCard } from './api-key-card.tsx'
import type { KeyAct } from './api-key-menu.tsx'
import { LimitApiKeyDialog } from './limit-api-key-dialog.tsx'
import type { ApiKey } from './queries.ts'
import { RenameApiKeyDialog } from './rename-api-key-dialog.tsx'
import { RevokeApiKeyDialog } from './revoke-api-key-dialog.tsx'
import { RotateApiKeyDialog } from './rotate-api-key-dialog.tsx'

const dialogs = {
  rename: RenameApiKeyDialog,
  rotate: RotateApiKeyDialog,
  limit: LimitApiKeyDialog,
  revoke: RevokeApiKeyDialog,
}

/** Own keys, and below them those of other members where one may see them. The dialogs stand here and not on the cards: a new
 *  value stays on screen when its card goes. */
export const ApiKeyList = ({ keys }: { keys: ApiKey[] }) => {
  const [asked, setAsked] = useState<{ act: KeyAct; apiKey: ApiKey }>()
  const [opened, dialog] = useDisclosure()
  // A dialog that appears already open would not know where the focus has to go back to.
  useEffect(() => {
    if (asked) dialog.open()
  }, [asked, dialog.open])
  const card = (apiKey: ApiKey) => (
    <ApiKeyCard key={apiKey.keyId} apiKey={apiKey} onAct={(act) => setAsked({ act, apiKey })} />
  )
  const own = keys.filter(({ isOwn }) => isOwn)
  const others = keys.filter(({ isOwn }) => !isOwn)
  const Dialog = asked && dialogs[asked.act]
  return (
    <>
      {own.map(card)}
      {others.length > 0 && (
        <Stack component="section" aria-labelledby="others-keys" gap="lg" mt={own.length > 0 ? 'md' : 0}>
          <div>
            <Title order={3} id="others-keys">
              Keys of other members
            </Title>
            <Text c="dimmed" fz="sm" mt={4} maw={620}>
              Their values are known to their makers alone. You can pause or revoke what should stop working.
            </Text>
          </div>
          {others.map(card)}
        </Stack>
      )}
      {Dialog && (
        <Dialog
          key={`${asked.act} ${asked.apiKey.keyId}`}
          apiKey={asked.apiKey}
          opened={opened}
          onClose={dialog.close}
        />
      )}
    </>
  )
}
