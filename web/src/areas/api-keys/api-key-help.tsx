import { Accordion, Code, List, SimpleGrid, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { rotateAfterDays } from '#contract/api-keys.ts'
import { keyTroubles } from './key-troubles.ts'

const topics: { id: string; title: string; points: ReactNode[] }[] = [
  {
    id: 'format',
    title: 'What a key looks like',
    points: [
      <>
        <Code>ul_</Code> and 40 digits from 0 to 9 and a to f: 43 characters.
      </>,
      'The first 11 are a label. They stand in lists and in the activity feed, and open nothing.',
      'A key may read and change everything in its workspace unless it was limited, and manages settings and other keys only with the permission Admin.',
    ],
  },
  {
    id: 'store',
    title: 'Keep it safe',
    points: [
      'Do keep it in the environment of the program or in a secret store, and give each machine its own.',
      'Do limit it: to what the program does, to an end, to the addresses it runs at.',
      'Do not write it into code, notebooks, images or chats, and do not share it with other members.',
      'Seen by somebody else? Rotate it and let the one before stop at once.',
    ],
  },
  {
    id: 'rotate',
    title: 'Rotate, pause or revoke',
    points: [
      `Rotate every ${rotateAfterDays} days: the new key has the same name and limits, and the one before goes on for as long as you say.`,
      'Pause to find out who misses it. Clients keep a paused key, and go on when it is resumed.',
      'Revoke what is no longer needed. You see which machines used it before you decide.',
    ],
  },
]

/** Short; docs/api-keys.md has it in full. */
export const ApiKeyHelp = () => (
  <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" mt="md">
    <section aria-labelledby="keys-topics">
      <Title order={3} mb="xs" id="keys-topics">
        Good to know
      </Title>
      <Accordion variant="separated" radius="lg" order={4} multiple>
        {topics.map(({ id, title, points }) => (
          <Accordion.Item key={id} value={id}>
            <Accordion.Control>
              <Text component="span" fz="sm">
                {title}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Points points={points} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </section>
    <section aria-labelledby="keys-troubles">
      <Title order={3} mb="xs" id="keys-troubles">
        When a key is turned away
      </Title>
      <Accordion variant="separated" radius="lg" order={4} multiple>
        {keyTroubles.map(({ status, says, reason, checks }) => (
          <Accordion.Item key={reason} value={reason.split(',')[0]!}>
            <Accordion.Control>
              <Text component="span" fz="sm">
                <Code mr={8}>{status}</Code>
                {says}
                {reason === 'api_key_expired' && ' (expired)'}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Points points={checks} />
              <Text fz="xs" c="dimmed" mt="xs" style={{ overflowWrap: 'anywhere' }}>
                reason: {reason}
              </Text>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </section>
  </SimpleGrid>
)

const Points = ({ points }: { points: ReactNode[] }) => (
  <List fz="sm" spacing={6}>
    {points.map((point, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the points never change
      <List.Item key={at}>{point}</List.Item>
    ))}
  </List>
)
