import { ActionIcon, Autocomplete, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { IconArrowRight, IconPlus, IconX } from '@tabler/icons-react'
import { type Split, splits } from '#contract/dataset-fields.ts'
import { splitNames } from './dataset-words.ts'
import type { DatasetInFull } from './queries.ts'
import type { Taking } from './taking-options.ts'

type Props = { dataset: DatasetInFull; taking: Taking; onChange: (taking: Taking) => void }

const policies = [
  { value: 'skip', label: 'The one that is here stays' },
  { value: 'keep_both', label: 'Both stay' },
  { value: 'replace', label: 'The new one takes its place' },
]

/** Where the images of a file go, what happens to names that are taken, and what its classes become. */
export const TakingFields = ({ dataset, taking, onChange }: Props) => {
  const change = (some: Partial<Taking>) => onChange({ ...taking, ...some })
  return (
    <Stack gap="md">
      <Group gap="md" align="flex-start" grow preventGrowOverflow={false}>
        <NativeSelect
          label="Split"
          value={taking.targetSplit}
          data={[
            { value: '', label: 'As its folders say' },
            ...splits.map((split) => ({ value: split, label: `All of it to ${splitNames[split]}` })),
          ]}
          onChange={(event) => change({ targetSplit: event.currentTarget.value as Split | '' })}
        />
        {dataset.imageCount > 0 && (
          <NativeSelect
            label="Where a name is taken"
            value={taking.conflictPolicy}
            data={policies}
            onChange={(event) =>
              change({ conflictPolicy: event.currentTarget.value as Taking['conflictPolicy'] })
            }
          />
        )}
      </Group>
      <Mapping dataset={dataset} mapping={taking.mapping} onChange={(mapping) => change({ mapping })} />
    </Stack>
  )
}

type MappingProps = {
  dataset: DatasetInFull
  mapping: Taking['mapping']
  onChange: (mapping: Taking['mapping']) => void
}

const Mapping = ({ dataset, mapping, onChange }: MappingProps) => (
  <Stack gap="xs" role="group" aria-label="Names of classes">
    {mapping.length > 0 && (
      <Text fz="sm" c="dimmed">
        A class of the file, by its name or number, and what it is called here. Left empty, its labels are
        left out.
      </Text>
    )}
    {mapping.map((line, index) => {
      const write = (some: Partial<typeof line>) => onChange(mapping.with(index, { ...line, ...some }))
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are blank at first and move only when one is removed
        <Group key={index} gap="xs" wrap="nowrap">
          <TextInput
            aria-label={`Class ${index + 1} in the file`}
            placeholder="In the file"
            value={line.from}
            onChange={(event) => write({ from: event.currentTarget.value })}
            maxLength={100}
            flex={1}
          />
          <IconArrowRight size={16} stroke={1.7} aria-hidden style={{ flexShrink: 0 }} />
          <Autocomplete
            aria-label={`Class ${index + 1} here`}
            placeholder="Left out"
            data={dataset.classNames.slice(0, 500)}
            limit={20}
            value={line.to}
            onChange={(to) => write({ to })}
            maxLength={100}
            flex={1}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove class ${index + 1}`}
            onClick={() => onChange(mapping.toSpliced(index, 1))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      )
    })}
    <Button
      variant="subtle"
      size="xs"
      leftSection={<IconPlus size={15} />}
      onClick={() => onChange([...mapping, { from: '', to: '' }])}
      style={{ alignSelf: 'flex-start' }}
    >
      {mapping.length === 0 ? 'Rename or leave out classes' : 'Another class'}
    </Button>
  </Stack>
)
