import { Anchor, Box, Flex, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Wordmark } from '../../ui/logo.tsx'
import { useTitle } from '../../ui/title.ts'
import { instanceQuery } from './queries.ts'
import { WelcomeArt } from './welcome-art.tsx'

type Props = { title: string; lead?: ReactNode; children: ReactNode; foot?: ReactNode }

/** The page around the sign-in and sign-up forms: the form on one side, what this is on the other. */
export const WelcomeFrame = ({ title, lead, children, foot }: Props) => {
  useTitle(title)
  return (
    <Flex mih="100dvh">
      <Flex
        component="main"
        id="content"
        direction="column"
        flex="1 1 50%"
        miw={0}
        p={{ base: 'lg', sm: 40 }}
      >
        <Wordmark />
        <Stack gap="lg" w="100%" maw={400} m="auto" py="xl">
          <Stack gap={6}>
            <Title order={1}>{title}</Title>
            {lead && (
              <Text component="div" c="dimmed">
                {lead}
              </Text>
            )}
          </Stack>
          {children}
          {foot && (
            <Text component="div" fz="sm" c="dimmed">
              {foot}
            </Text>
          )}
        </Stack>
      </Flex>
      <Box
        component="aside"
        className="gh-welcome"
        flex="1 1 50%"
        visibleFrom="md"
        pos="relative"
        style={{ overflow: 'hidden' }}
      >
        <WelcomeArt />
        <Stack pos="absolute" left={56} right={56} bottom={56} gap="xs" maw={460}>
          <Text fz={26} fw={640} lh={1.25} lts="-0.02em">
            Train anywhere. Watch every run from here.
          </Text>
          <Text c="rgb(255 255 255 / 82%)">
            Your projects, models and training runs, on a server you keep and in the region you choose.
          </Text>
        </Stack>
      </Box>
    </Flex>
  )
}

/** On an installation without a mail server, says where its mail can be read. */
export const MailboxHint = () => {
  const { data } = useQuery(instanceQuery())
  if (data?.mail !== 'embedded') return null
  return (
    <Box p="sm" style={{ borderRadius: 10, background: 'var(--gh-tint)' }}>
      <Text fz="sm">
        Mail of this installation lands on its{' '}
        <Anchor href="/_mailbox" target="_blank" rel="noreferrer" fz="sm" fw={600} underline="always">
          mailbox page
        </Anchor>
        .
      </Text>
    </Box>
  )
}
