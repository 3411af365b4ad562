import { Group, NativeSelect, TextInput } from '@mantine/core'
import { dateField, type Expiry, expiryLabels } from './expiry.ts'

type Props = {
  expiry: Expiry
  onChange: (expiry: Expiry) => void
  problem: string | undefined
  /** How to name leaving an existing key's end as it is. */
  keep?: string
}

export const ExpiryField = ({ expiry, onChange, problem, keep }: Props) => (
  <Group align="flex-start" gap="sm" wrap="wrap">
    <NativeSelect
      label="Ends by itself"
      flex="1 1 180px"
      data={[
        ...(keep ? [{ value: 'keep', label: keep }] : []),
        ...(['never', '30', '90', '365', 'date'] as const).map((value) => ({
          value,
          label: expiryLabels[value],
        })),
      ]}
      value={expiry.choice}
      onChange={(event) => onChange({ ...expiry, choice: event.currentTarget.value as Expiry['choice'] })}
    />
    {expiry.choice === 'date' && (
      <TextInput
        type="date"
        label="Last day"
        flex="1 1 160px"
        min={dateField(new Date())}
        value={expiry.date}
        onChange={(event) => onChange({ ...expiry, date: event.currentTarget.value })}
        error={problem}
      />
    )}
  </Group>
)
