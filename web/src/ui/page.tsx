import { Box, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTitle } from './title.ts'

type Props = {
  title: string
  /** What the browser tab says, where it should say more than the heading. */
  tabTitle?: string
  lead?: ReactNode
  above?: ReactNode
  /** Before the heading: a picture of what the page is about. */
  mark?: ReactNode
  beside?: ReactNode
  /** Beside the heading itself: a status, a count. */
  badge?: ReactNode
  children: ReactNode
}

/** The frame of every page inside the app: heading, lead, actions, content. */
export const Page = ({ title, tabTitle, lead, above, mark, beside, badge, children }: Props) => {
  useTitle(tabTitle ?? title)
  return (
    <Box maw={1080} mx="auto" w="100%">
      {above}
      <Group justify="space-between" align="flex-start" mb="xl" gap="md">
        <Stack gap={6} miw={0} flex="1 1 260px">
          <Group gap="sm">
            {mark}
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {badge}
          </Group>
          {lead && (
            <Text component="div" c="dimmed">
              {lead}
            </Text>
          )}
        </Stack>
        {beside}
      </Group>
      {children}
    </Box>
  )
}
