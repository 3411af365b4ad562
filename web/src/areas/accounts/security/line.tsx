import { Divider, Group, Stack, Text, ThemeIcon } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import { Children, type ReactNode } from 'react'

/** Lines under one another with a rule between; a list for screen readers. */
export const Lines = ({ label, children }: { label: string; children: ReactNode }) => (
  <Stack component="ul" gap={0} p={0} m={0} aria-label={label} style={{ listStyle: 'none' }}>
    {Children.toArray(children).map((child, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the child inside carries the key
      <li key={at}>
        {at > 0 && <Divider my="sm" color="var(--gh-border)" />}
        {child}
      </li>
    ))}
  </Stack>
)

type Props = {
  icon: Icon
  title: ReactNode
  /** Badges behind the title. */
  badges?: ReactNode
  /** Below the title, quieter. */
  facts?: ReactNode
  actions?: ReactNode
}

/** One thing of a security card: what it is, what is known about it, what can be done. */
export const Line = ({ icon: Glyph, title, badges, facts, actions }: Props) => (
  <Group gap="sm" align="flex-start" wrap="nowrap">
    <ThemeIcon variant="light" color="gray" size={38} radius="md" aria-hidden>
      <Glyph size={20} stroke={1.6} />
    </ThemeIcon>
    <Group justify="space-between" gap="xs" flex={1} miw={0}>
      <Stack gap={1} flex="1 1 160px" miw={0}>
        <Group gap="xs">
          <Text fw={560} fz={15} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Text>
          {badges}
        </Group>
        {facts && (
          <Text fz="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {facts}
          </Text>
        )}
      </Stack>
      {actions && (
        <Group gap={4} wrap="nowrap">
          {actions}
        </Group>
      )}
    </Group>
  </Group>
)
