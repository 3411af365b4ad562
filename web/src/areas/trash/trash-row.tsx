import { ActionIcon, Badge, Box, Button, Group, Stack, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArrowBackUp, IconChevronDown, IconTrashX } from '@tabler/icons-react'
import { bytes } from '../../ui/bytes.ts'
import { counted } from '../../ui/counted.ts'
import { kinds } from '../../ui/kinds.ts'
import { exactTime } from '../../ui/time.ts'
import { AlongList } from './along-list.tsx'
import type { TrashItem } from './queries.ts'
import { timeLeft } from './trash-words.ts'
import { TypeIcon } from './type-icon.tsx'

export type Asking = { item: TrashItem; to: 'restore' | 'delete' }

type Props = { item: TrashItem; first: boolean; mayChange: boolean; onAsk: (asking: Asking) => void }

/** One thing in the trash: what, since when and for how long, how large, and what can be done about it. */
export const TrashRow = ({ item, first, mayChange, onAsk }: Props) => {
  const { name, type, cascadedCount = 0, parentProject } = item
  const [looking, along] = useDisclosure()
  return (
    <Box
      component="li"
      px="md"
      py={12}
      style={{ borderTop: first ? undefined : '1px solid var(--gh-border)' }}
    >
      <Group gap="sm" align="flex-start">
        <TypeIcon type={type} />
        <Stack gap={3} flex="1 1 220px" miw={0}>
          <Group gap={8}>
            <Text fw={560} fz={15} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
            <Badge size="sm" color={kinds[type].color}>
              {kinds[type].one}
            </Badge>
            {parentProject && (
              <Text fz="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                of {parentProject.name}
                {parentProject.inTrash && ', in the trash too'}
              </Text>
            )}
          </Group>
          <Facts item={item} />
          {cascadedCount > 0 && (
            <UnstyledButton
              className="gh-disclose"
              onClick={along.toggle}
              aria-expanded={looking}
              aria-label={`${counted(cascadedCount, 'model')} that went along with ${name}`}
            >
              {counted(cascadedCount, 'model')} went along
              <IconChevronDown size={15} stroke={1.8} aria-hidden data-open={looking} />
            </UnstyledButton>
          )}
          {looking && <AlongList project={item} />}
        </Stack>
        {mayChange && <Actions item={item} onAsk={onAsk} />}
      </Group>
    </Box>
  )
}

/** From here on the time left is worth a second look. */
const soonDays = 3

const Facts = ({ item: { trashedAt, daysRemaining, sizeBytes } }: { item: TrashItem }) => (
  <Text fz="sm" c="dimmed" component="div">
    Deleted <time dateTime={trashedAt}>{exactTime(new Date(trashedAt))}</time>
    {' · '}
    <Text
      span
      inherit
      style={{ whiteSpace: 'nowrap' }}
      {...(daysRemaining <= soonDays && { c: 'var(--mantine-color-error)', fw: 560 })}
    >
      {timeLeft(daysRemaining)}
    </Text>
    {' · '}
    <span className="gh-tabular">{bytes(sizeBytes)}</span>
  </Text>
)

const Actions = ({ item, onAsk }: Pick<Props, 'item' | 'onAsk'>) => (
  <Group gap={6} wrap="nowrap" mih={38} pl={{ base: 50, xs: 0 }}>
    <Button
      size="xs"
      variant="default"
      leftSection={<IconArrowBackUp size={15} stroke={1.8} aria-hidden />}
      onClick={() => onAsk({ item, to: 'restore' })}
      aria-label={`Restore ${item.name}`}
    >
      Restore
    </Button>
    <Tooltip label="Delete for good">
      <ActionIcon
        variant="subtle"
        color="red"
        size={30}
        onClick={() => onAsk({ item, to: 'delete' })}
        aria-label={`Delete ${item.name} for good`}
      >
        <IconTrashX size={18} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  </Group>
)
