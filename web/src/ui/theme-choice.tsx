import {
  type MantineColorScheme,
  type MantineSize,
  SegmentedControl,
  useMantineColorScheme,
} from '@mantine/core'

const choices = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'System' },
]

/** Light, dark, or whatever the system says. Kept in this browser. */
export const ThemeChoice = ({ size = 'sm' }: { size?: MantineSize }) => {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SegmentedControl
      fullWidth
      size={size}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as MantineColorScheme)}
      data={choices}
      aria-label="Theme"
    />
  )
}
