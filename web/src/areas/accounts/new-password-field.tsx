import { PasswordInput, type PasswordInputProps } from '@mantine/core'

const lengthMin = 10
const lengthMax = 128

const characters = (count: number) => `${count} ${count === 1 ? 'character' : 'characters'}`

/** Says the one rule, and how far it is met. */
const hintFor = (length: number): string => {
  if (length === 0)
    return `${lengthMin} to ${lengthMax} characters of any kind. A few unrelated words work well.`
  if (length < lengthMin) return `${characters(lengthMin - length).replace(' ', ' more ')} to go.`
  if (length > lengthMax) return `${characters(length - lengthMax)} too many.`
  return 'Long enough.'
}

/** A password being chosen. */
export const NewPasswordField = ({ value, error, ...rest }: PasswordInputProps & { value: string }) => (
  <PasswordInput
    label="Password"
    description={error ? undefined : hintFor(value.length)}
    error={error}
    inputWrapperOrder={['label', 'input', 'description', 'error']}
    autoComplete="new-password"
    value={value}
    visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
    {...rest}
  />
)
