import {
  ActionIcon,
  Badge,
  Button,
  Card,
  Code,
  Collapse,
  Group,
  Stack,
  Text,
  Title,
  Tooltip,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconEye, IconEyeOff, IconTrash } from '@tabler/icons-react'
import { CopyIcon } from '../../ui/copy.tsx'
import { Moment } from '../../ui/moment.tsx'
import type { ApiKey } from './queries.ts'
import { RevokeApiKeyDialog } from './revoke-api-key-dialog.tsx'
import { effectiveScopes, scopeWords } from './scope-words.ts'
import { masked } from './snippets.ts'
import { UseExamples } from './use-examples.tsx'

const rotateAfterMs = 90 * 24 * 60 * 60 * 1000

/** One key. Its value is masked until asked for, and known only to the person who made it. */
export const ApiKeyCard = ({ apiKey, mayRevoke }: { apiKey: ApiKey; mayRevoke: boolean }) => {
  // Shown until somebody hides it: a key is looked at to be copied (SPEC 5.1).
  const [revealed, reveal] = useDisclosure(true)
  const [examples, toggleExamples] = useDisclosure()
  const [revoking, dialog] = useDisclosure()
  const { name, key, keyPrefix, scopes, createdAt, createdBy, lastUsedAt, usageCount } = apiKey
  const old = Date.now() - new Date(createdAt).getTime() > rotateAfterMs

  return (
    <Card component="article" aria-label={`Key ${name}`}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Group gap="xs" miw={0}>
            <Title order={3} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
            {effectiveScopes(scopes).map((scope) => (
              <Tooltip key={scope} label={scopeWords[scope].grants}>
                <Badge size="sm" color={scope === 'admin' ? 'orange' : 'gray'}>
                  {scopeWords[scope].label}
                </Badge>
              </Tooltip>
            ))}
          </Group>
          {mayRevoke && (
            <Tooltip label="Revoke">
              <ActionIcon variant="subtle" color="gray" onClick={dialog.open} aria-label={`Revoke ${name}`}>
                <IconTrash size={18} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
        <Group gap={4} wrap="nowrap">
          <Code fz="sm" px="sm" py={6} flex="0 1 auto" style={{ overflowWrap: 'anywhere' }}>
            {revealed && key ? key : masked(keyPrefix)}
          </Code>
          {key && (
            <>
              <Tooltip label={revealed ? 'Hide' : 'Show'}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  onClick={reveal.toggle}
                  aria-label={revealed ? `Hide ${name}` : `Show ${name}`}
                >
                  {revealed ? <IconEyeOff size={17} /> : <IconEye size={17} />}
                </ActionIcon>
              </Tooltip>
              <CopyIcon value={key} what={`the key ${name}`} />
            </>
          )}
        </Group>
        <Text fz="sm" c="dimmed" component="div">
          Created <Moment at={createdAt} inSentence />
          {createdBy && !key && ` by ${createdBy}`}
          {' · '}
          {lastUsedAt ? (
            <>
              last used <Moment at={lastUsedAt} inSentence />
            </>
          ) : (
            'not used yet'
          )}
          {usageCount > 0 && ` · ${usageCount.toLocaleString('en')} ${usageCount === 1 ? 'use' : 'uses'}`}
        </Text>
        {old && (
          <Text fz="sm">
            Older than 90 days: time to rotate. Create one with the same name, switch over, then revoke this
            one.
          </Text>
        )}
        {key && (
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
      <RevokeApiKeyDialog apiKey={apiKey} opened={revoking} onClose={dialog.close} />
    </Card>
  )
}
