import { ActionIcon, Code, Group, Text, Tooltip } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { CopyIcon } from '../../ui/copy.tsx'
import type { ApiKey } from './queries.ts'
import { masked } from './snippets.ts'

type Props = { apiKey: ApiKey; revealed: boolean; onToggle: () => void }

/** The value of an own key with a way to copy it; of any other its first characters. */
export const ApiKeyValue = ({ apiKey: { name, key, keyPrefix, showOnce }, revealed, onToggle }: Props) => (
  <Group gap={4} wrap={key ? 'nowrap' : 'wrap'}>
    <Code fz="sm" px="sm" py={6} flex="0 1 auto" style={{ overflowWrap: 'anywhere' }}>
      {revealed && key ? key : masked(keyPrefix)}
    </Code>
    {key && (
      <>
        <Tooltip label={revealed ? 'Hide' : 'Show'}>
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={onToggle}
            aria-label={revealed ? `Hide ${name}` : `Show ${name}`}
          >
            {revealed ? <IconEyeOff size={17} /> : <IconEye size={17} />}
          </ActionIcon>
        </Tooltip>
        <CopyIcon value={key} what={`the key ${name}`} />
      </>
    )}
    {showOnce && (
      <Text fz="sm" c="dimmed" px={6}>
        Shown once, when it was made
      </Text>
    )}
  </Group>
)
