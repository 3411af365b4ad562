import { Group, Radio, Stack, Text } from '@mantine/core'

type Visibility = 'public' | 'private'

const words: Record<Visibility, [name: string, means: string]> = {
  public: ['Public', 'Everybody sees it, and finds it in Explore.'],
  private: ['Private', 'Only members of the workspace see it.'],
}

/** Who may see something new. */
export const VisibilityField = ({
  value,
  onChange,
}: {
  value: Visibility
  onChange: (value: Visibility) => void
}) => (
  <Radio.Group label="Who can see it" value={value} onChange={(next) => onChange(next as Visibility)}>
    <Stack gap={8} mt={4}>
      {Object.entries(words).map(([id, [name, means]]) => (
        <Group key={id} gap="xs" wrap="nowrap">
          <Radio value={id} label={name} description={means} />
        </Group>
      ))}
    </Stack>
  </Radio.Group>
)

/** What it means for a copy whose original is private. */
export const PrivateSourceNote = () => (
  <Text fz="sm" c="dimmed">
    The original is private. A public copy shows to everybody what so far only members could see.
  </Text>
)
