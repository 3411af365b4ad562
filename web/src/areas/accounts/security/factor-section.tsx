import { Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'

type Props = { title: string; lead: ReactNode; action?: ReactNode; children?: ReactNode }

/** One kind of second step within the card. */
export const FactorSection = ({ title, lead, action, children }: Props) => {
  const id = useId()
  return (
    <Stack component="section" aria-labelledby={id} gap="sm">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} flex="1 1 240px">
          <Title order={3} fz="h4" id={id}>
            {title}
          </Title>
          <Text c="dimmed" fz="sm" component="div" maw={560}>
            {lead}
          </Text>
        </Stack>
        {action}
      </Group>
      {children}
    </Stack>
  )
}
