import { CheckIcon, ColorSwatch, Group, Input, Stack, TextInput, type TextInputProps } from '@mantine/core'
import { WorkspaceIcon } from '../../../ui/workspace-icon.tsx'

const colours = [
  ['Gate', '#0c6b73'],
  ['Ink', '#33415c'],
  ['Indigo', '#4c51bf'],
  ['Violet', '#7c3aad'],
  ['Rose', '#b8325e'],
  ['Brick', '#b4472b'],
  ['Amber', '#b7791f'],
  ['Moss', '#4d7c2f'],
] as const

type Props = {
  name: string
  color: string
  letter: string
  onColor: (color: string) => void
  letterField: TextInputProps
  disabled: boolean
}

/** The square that stands for the workspace in the sidebar: a colour and up to two letters. */
export const IconPicker = ({ name, color, letter, onColor, letterField, disabled }: Props) => (
  <Group gap="lg" align="flex-start">
    <WorkspaceIcon name={name} letter={letter} color={color} size={68} />
    <Stack gap={6}>
      <Input.Label component="div" id="icon-colour">
        Icon colour
      </Input.Label>
      <Group gap={8} role="group" aria-labelledby="icon-colour">
        {colours.map(([label, value]) => {
          const chosen = (color || '#0c6b73').toLowerCase() === value
          return (
            <ColorSwatch
              key={value}
              component="button"
              type="button"
              color={value}
              size={28}
              withShadow={false}
              onClick={() => onColor(value)}
              disabled={disabled}
              aria-label={label}
              aria-pressed={chosen}
              title={label}
              style={{ color: '#fff', cursor: disabled ? 'default' : 'pointer' }}
            >
              {chosen && <CheckIcon size={12} />}
            </ColorSwatch>
          )
        })}
      </Group>
    </Stack>
    <TextInput
      {...letterField}
      label="Initials"
      w={92}
      maxLength={2}
      placeholder={name.slice(0, 1).toUpperCase()}
    />
  </Group>
)
