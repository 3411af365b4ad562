import { Accordion, Code, List, Text, Title } from '@mantine/core'

/** What a program that is turned away says, and what to look at (SPEC 5.5). */
const troubles: { status: number; says: string; checks: string[] }[] = [
  {
    status: 401,
    says: 'Invalid API key',
    checks: [
      'The whole key was copied: it begins with ul_ and has 43 characters.',
      'It is still in the list above. A revoked key never works again.',
      'ULTRALYTICS_API_KEY is set in the terminal or job that runs, not only in another one.',
      'ULTRALYTICS_PLATFORM_URL points here; otherwise the client asks another server.',
      'The client is 8.4.60 or newer.',
    ],
  },
  {
    status: 403,
    says: 'Permission denied for this operation',
    checks: [
      'The project belongs to the workspace the key was made in.',
      'The key’s permissions cover what the program does.',
      'Whoever made the key still has a role that may do it.',
    ],
  },
  {
    status: 429,
    says: 'Rate limit exceeded',
    checks: ['Slow down, and wait as long as the Retry-After header says before trying again.'],
  },
]

export const ApiKeyHelp = () => (
  <div>
    <Title order={3} mb="xs">
      When a key is turned away
    </Title>
    <Accordion variant="separated" radius="lg" order={4}>
      {troubles.map(({ status, says, checks }) => (
        <Accordion.Item key={status} value={String(status)}>
          <Accordion.Control>
            <Text component="span" fz="sm">
              <Code mr={8}>{status}</Code>
              {says}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <List fz="sm" spacing={6}>
              {checks.map((check) => (
                <List.Item key={check}>{check}</List.Item>
              ))}
            </List>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  </div>
)
