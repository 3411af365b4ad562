import { Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { lazy, Suspense, useState } from 'react'
import { SettingsCard } from '../accounts/profile/settings-card.tsx'
import type { Settings } from '../accounts/queries.ts'

// Opened once in the life of a team, if ever.
const DeleteTeamDialog = lazy(() => import('./delete-team-dialog.tsx'))

/** For the owner of a team: the end of it. */
export const DeleteTeamCard = ({ settings }: { settings: Settings }) => {
  const [asking, dialog] = useDisclosure()
  const [wanted, setWanted] = useState(false)
  const open = () => {
    setWanted(true)
    dialog.open()
  }
  return (
    <SettingsCard id="delete-team" title="Delete team">
      <Group justify="space-between" gap="md">
        <Text c="dimmed" fz="sm" flex="1 1 260px">
          Deletes {settings.displayName} with its projects, models, keys and activity, for good. Other members
          have to be removed first, or the team handed over to one of them.
        </Text>
        <Button variant="default" c="var(--mantine-color-error)" onClick={open}>
          Delete team
        </Button>
      </Group>
      {wanted && (
        <Suspense>
          <DeleteTeamDialog settings={settings} opened={asking} onClose={dialog.close} />
        </Suspense>
      )}
    </SettingsCard>
  )
}
