import { type MantineSize, SegmentedControl } from '@mantine/core'

const choices = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'system', label: 'System' },
] as const

type Theme = (typeof choices)[number]['value']

type Props = { value: Theme; onChange: (value: Theme) => void; size?: MantineSize }

/** Light, dark, or whatever the system says. */
export const ThemeChoice = ({ value, onChange, size = 'sm' }: Props) => (
  <SegmentedControl<Theme>
    fullWidth
    size={size}
    value={value}
    onChange={onChange}
    data={[...choices]}
    aria-label="Theme"
  />
)
