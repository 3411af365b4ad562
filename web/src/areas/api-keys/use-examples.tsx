import { Skeleton, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { CodeBlock } from '../../ui/code-block.tsx'
import { instanceQuery, useMe } from '../accounts/queries.ts'
import { masked, snippets, unknownKey } from './snippets.ts'

type Props = {
  keyPrefix: string
  value?: string /** Whether the key may stand on screen in full. */
  revealed: boolean
}

/** How to use a key, with this installation's own address. What is copied holds the key even while it is masked. */
export const UseExamples = ({ keyPrefix, value, revealed }: Props) => {
  const { data: instance } = useQuery(instanceQuery())
  const { workspace } = useMe()
  if (!instance) return <Skeleton h={140} />
  const place = {
    publicUrl: instance.publicUrl,
    project: `${workspace.username}/first-project`,
    key: value ?? unknownKey,
  }
  const shown = { ...place, key: value && !revealed ? masked(keyPrefix) : place.key }
  return (
    <Tabs defaultValue="environment" keepMounted={false}>
      <Tabs.List>
        {snippets.map(({ id, label }) => (
          <Tabs.Tab key={id} value={id} px="sm">
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {snippets.map(({ id, label, note, code }) => (
        <Tabs.Panel key={id} value={id} pt="sm">
          <Stack gap="xs">
            <CodeBlock code={code(place)} shown={code(shown)} what={`the ${label} example`} />
            <Text fz="xs" c="dimmed">
              {note}
            </Text>
          </Stack>
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
