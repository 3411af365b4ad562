import { CheckIcon, ColorSwatch, Group, Input, Stack } from '@mantine/core'

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

type Props = { color: string; onColor: (color: string) => void; disabled: boolean }

/** The colours an icon without a picture can have. The first is what it has without a choice. */
export const IconColours = ({ color, onColor, disabled }: Props) => (
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
)
