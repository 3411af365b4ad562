import { Box, Input, PinInput } from '@mantine/core'
import { useEffect, useId, useRef } from 'react'

type Props = {
  label: string
  value: string
  onChange: (code: string) => void
  /** Called with the sixth digit. */
  onComplete?: (code: string) => void
  failed?: boolean
  autoFocus?: boolean
  disabled?: boolean
  size?: 'md' | 'lg'
}

/** Six digits, one box each. Typing goes on by itself, and a pasted code fills all of them. */
export const SixDigitCode = ({ label, value, onChange, onComplete, failed, ...rest }: Props) => {
  const id = useId()
  const first = useRef<HTMLInputElement>(null)
  // Not the field's own `onComplete`: it stays silent for a second code after the first was wrong and cleared.
  const change = (code: string) => {
    onChange(code)
    if (value.length < 6 && code.length === 6) onComplete?.(code)
  }
  // A wrong code was cleared: begin again at the first digit.
  useEffect(() => {
    if (failed && value === '') first.current?.focus()
  }, [failed, value])
  return (
    <Box role="group" aria-labelledby={id}>
      <Input.Label id={id} component="div" mb={6}>
        {label}
      </Input.Label>
      <PinInput
        ref={first}
        length={6}
        type="number"
        inputMode="numeric"
        oneTimeCode
        gap="xs"
        placeholder=""
        value={value}
        onChange={change}
        error={failed && value === ''}
        getInputProps={(index) => ({ 'aria-label': `Digit ${index + 1} of 6` })}
        {...rest}
      />
    </Box>
  )
}
