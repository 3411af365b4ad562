import { Card, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'

type Props = { icon: Icon; title: string; children?: ReactNode; action?: ReactNode }

/** What a screen shows when there is nothing yet: what would be here, and how to begin. */
export const EmptyState = ({ icon: Glyph, title, children, action }: Props) => (
  <Card py={56}>
    <Stack align="center" gap="sm" ta="center">
      <ThemeIcon variant="light" size={48} radius="lg">
        <Glyph size={24} stroke={1.6} />
      </ThemeIcon>
      <Title order={2} fz="h3" mt={4}>
        {title}
      </Title>
      {children && (
        <Text component="div" c="dimmed" maw={440} fz="sm">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  </Card>
)
