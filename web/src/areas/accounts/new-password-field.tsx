import { PasswordInput, type PasswordInputProps } from '@mantine/core'

const lengthMin = 10

/** A password being chosen: says the one rule, and how far it is met. */
export const NewPasswordField = ({ value, ...rest }: PasswordInputProps & { value: string }) => {
  const missing = lengthMin - value.length
  const hint =
    value === ''
      ? `At least ${lengthMin} characters. A few unrelated words work well.`
      : missing > 0
        ? `${missing} more ${missing === 1 ? 'character' : 'characters'} to go.`
        : 'Long enough.'
  return (
    <PasswordInput
      label="Password"
      description={hint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      autoComplete="new-password"
      value={value}
      visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
      {...rest}
    />
  )
}
