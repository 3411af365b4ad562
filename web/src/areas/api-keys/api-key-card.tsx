import { Badge, Button, Card, Collapse, Group, Stack, Text, Title, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconPlayerPlay, IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { rotateAfterDays } from '#contract/api-keys.ts'
import { ApiKeyFacts } from './api-key-facts.tsx'
import { ApiKeyMenu, type KeyAct } from './api-key-menu.tsx'
import { ApiKeyValue } from './api-key-value.tsx'
import { endsSoon, wantsRotation } from './key-life.ts'
import type { ApiKey } from './queries.ts'
import { effectiveScopes, scopeWords } from './scope-words.ts'
import { UseExamples } from './use-examples.tsx'
import { usePauseOrResume } from './use-pause-or-resume.ts'

/** One key: what it may do, how it stands, who uses it. */
export const ApiKeyCard = ({ apiKey, onAct }: { apiKey: ApiKey; onAct: (act: KeyAct) => void }) => {
  // Shown until somebody hides it: a key is looked at to be copied (SPEC 5.1).
  const [revealed, reveal] = useDisclosure(true)
  const [examples, toggleExamples] = useDisclosure()
  const { name, key, keyPrefix, scopes, createdBy, isOwn, status } = apiKey
  return (
    <Card component="article" aria-label={`Key ${name}`}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Group gap="xs" miw={0}>
            <Title order={isOwn ? 3 : 4} fz="h3" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
            <StatusBadge apiKey={apiKey} />
            {!isOwn && <Badge color="grape">{createdBy ? `Made by ${createdBy}` : 'Made by a member'}</Badge>}
            {effectiveScopes(scopes).map((scope) => (
              <Tooltip key={scope} label={scopeWords[scope].grants}>
                <Badge size="sm" color={scope === 'admin' ? 'orange' : 'gray'}>
                  {scopeWords[scope].label}
                </Badge>
              </Tooltip>
            ))}
          </Group>
          <ApiKeyMenu apiKey={apiKey} onAct={onAct} />
        </Group>
        <ApiKeyValue apiKey={apiKey} revealed={revealed} onToggle={reveal.toggle} />
        <ApiKeyFacts apiKey={apiKey} />
        <Reminder apiKey={apiKey} onRotate={() => onAct('rotate')} />
        {key && status === 'active' && (
          <>
            <Button
              variant="subtle"
              size="compact-sm"
              w="fit-content"
              ml={-8}
              onClick={toggleExamples.toggle}
              aria-expanded={examples}
              rightSection={
                <IconChevronDown
                  size={15}
                  style={{ transform: examples ? 'rotate(180deg)' : undefined }}
                  aria-hidden
                />
              }
            >
              How to use it
            </Button>
            <Collapse expanded={examples}>
              <UseExamples keyPrefix={keyPrefix} value={key} revealed={revealed} />
            </Collapse>
          </>
        )}
      </Stack>
    </Card>
  )
}

const StatusBadge = ({ apiKey }: { apiKey: ApiKey }) => {
  if (apiKey.status === 'paused') return <Badge color="orange">Paused</Badge>
  if (apiKey.status === 'expired') return <Badge color="red">Expired</Badge>
  if (apiKey.replacedAt) return <Badge color="yellow">Replaced</Badge>
  return endsSoon(apiKey, new Date()) ? <Badge color="yellow">Ends soon</Badge> : null
}

/** What a key asks for: to be resumed, or to be replaced. */
const Reminder = ({ apiKey, onRotate }: { apiKey: ApiKey; onRotate: () => void }) => {
  const { pauseOrResume, isPending, mayResume } = usePauseOrResume(apiKey)
  if (apiKey.status === 'paused' && !mayResume)
    return (
      <Line
        says={`${apiKey.pausedBy} paused it. Programs that use it are turned away until an owner or admin resumes it.`}
      />
    )
  if (apiKey.status === 'paused')
    return (
      <Line says="Programs that use it are turned away until it is resumed.">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlayerPlay size={15} />}
          onClick={pauseOrResume}
          loading={isPending}
          aria-label={`Resume ${apiKey.name}`}
        >
          Resume
        </Button>
      </Line>
    )
  if (!wantsRotation(apiKey, new Date())) return null
  return (
    <Line
      says={`Older than ${rotateAfterDays} days: time to rotate.${apiKey.isOwn ? '' : ' Only its maker can.'}`}
    >
      {apiKey.isOwn && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRefresh size={15} />}
          onClick={onRotate}
          aria-label={`Rotate ${apiKey.name}`}
        >
          Rotate
        </Button>
      )}
    </Line>
  )
}

const Line = ({ says, children }: { says: string; children?: ReactNode }) => (
  <Group justify="space-between" gap="sm" bg="var(--gh-hover)" px="sm" py={8} style={{ borderRadius: 8 }}>
    <Text fz="sm">{says}</Text>
    {children}
  </Group>
)
