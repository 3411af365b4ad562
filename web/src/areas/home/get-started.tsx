import { Box, Button, Card, Group, Loader, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCheck, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { CodeBlock } from '../../ui/code-block.tsx'
import { CopyWideButton } from '../../ui/copy.tsx'
import { instanceQuery, useMe } from '../accounts/queries.ts'
import { apiKeysQuery, type CreatedApiKey } from '../api-keys/queries.ts'
import { environment, firstRun, masked, unknownKey } from '../api-keys/snippets.ts'

// Most visits to the page never open it.
const CreateApiKeyDialog = lazy(() => import('../api-keys/create-api-key-dialog.tsx'))

/** From a new account to the first run on screen. Goes away by itself when that run arrives. */
export const GetStarted = () => {
  const { workspace } = useMe()
  const { data: instance } = useQuery(instanceQuery())
  const { data } = useQuery(apiKeysQuery())
  const keys = data?.keys
  const [creating, dialog] = useDisclosure()
  const [wanted, setWanted] = useState(false)
  const [made, setMade] = useState<CreatedApiKey>()
  const create = () => {
    setWanted(true)
    dialog.open()
  }
  const key = made ?? keys?.find((each) => each.key && each.status === 'active')
  const place = {
    publicUrl: instance?.publicUrl ?? location.origin,
    key: key?.key ?? unknownKey,
    project: `${workspace.username}/first-project`,
  }
  const shown = { ...place, key: key ? masked(key.keyPrefix) : '' }
  const lines = (at: typeof place) => `${environment(at)}\n${firstRun(at)}`

  return (
    <Card p={{ base: 'lg', sm: 32 }}>
      <Title order={2} mb="lg">
        Get started
      </Title>
      <Stack component="ol" gap={28} m={0} p={0} style={{ listStyle: 'none' }}>
        <Step number={1} title="Make a key" done={Boolean(key)}>
          {key ? (
            <Text c="dimmed" fz="sm">
              “{key.name}” is ready, and already part of the lines below.
            </Text>
          ) : (
            <>
              <Text c="dimmed" fz="sm">
                It lets a training machine send its runs to this workspace.
              </Text>
              <Button leftSection={<IconPlus size={17} />} onClick={create} w="fit-content" mt={4}>
                Create key
              </Button>
            </>
          )}
        </Step>
        <Step number={2} title="Paste three lines into a terminal" quiet={!key}>
          <Text c="dimmed" fz="sm">
            On any machine with the ultralytics package (8.4.60 or newer) that can reach this address.
          </Text>
          {key && (
            <>
              <CodeBlock code={lines(place)} shown={lines(shown)} what="the three lines" />
              <CopyWideButton value={lines(place)} label="Copy all three" w="fit-content" variant="light" />
            </>
          )}
        </Step>
        <Step number={3} title="Watch it stream in" quiet={!key}>
          {key ? (
            <Group gap={8} c="dimmed" role="status">
              <Loader size={14} />
              <Text fz="sm">Listening. Your run appears here as soon as it starts.</Text>
            </Group>
          ) : (
            <Text c="dimmed" fz="sm">
              Metrics and console appear here while it trains.
            </Text>
          )}
        </Step>
      </Stack>
      {wanted && (
        <Suspense>
          <CreateApiKeyDialog opened={creating} onClose={dialog.close} onCreated={setMade} />
        </Suspense>
      )}
    </Card>
  )
}

type StepProps = { number: number; title: string; done?: boolean; quiet?: boolean; children: ReactNode }

const Step = ({ number, title, done = false, quiet = false, children }: StepProps) => (
  <Group component="li" wrap="nowrap" align="flex-start" gap="md">
    <Box
      aria-hidden
      w={30}
      h={30}
      fz="sm"
      fw={640}
      style={{
        borderRadius: '50%',
        display: 'grid',
        placeItems: 'center',
        flexShrink: 0,
        background: quiet ? 'var(--gh-hover)' : 'var(--gh-tint)',
        color: quiet ? 'var(--mantine-color-dimmed)' : 'var(--gh-accent)',
      }}
    >
      {done ? <IconCheck size={16} stroke={2.4} /> : number}
    </Box>
    <Stack gap={8} flex={1} miw={0} pt={3}>
      <Title order={3}>
        {title}
        {done && <VisuallyHidden> (done)</VisuallyHidden>}
      </Title>
      {children}
    </Stack>
  </Group>
)
