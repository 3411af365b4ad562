import { Card, Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = {
  /** Where the page's own navigation leads. */
  id: string
  title: string
  lead?: ReactNode
  /** Beside the heading: a state, an action. */
  beside?: ReactNode
  children: ReactNode
}

/** One card of Settings under its heading. */
export const SettingsCard = ({ id, title, lead, beside, children }: Props) => (
  <Card component="section" id={id} aria-labelledby={`${id}-title`} className="gh-anchored" tabIndex={-1}>
    <Group justify="space-between" mih={28} mb={lead ? 4 : 'md'}>
      <Title order={2} fz="h3" id={`${id}-title`}>
        {title}
      </Title>
      {beside}
    </Group>
    {lead && (
      <Text c="dimmed" fz="sm" mb="md">
        {lead}
      </Text>
    )}
    {children}
  </Card>
)
