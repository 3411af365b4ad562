import { Button, type ButtonProps, Stack, Text } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { ErrorNote } from '../../../ui/error-state.tsx'

type Props = {
  /** When another code may be asked for. */
  resendAt: string
  onResend: () => void
  pending: boolean
  sent: boolean
  error: unknown
  size?: ButtonProps['size']
}

/** Another code by mail, as soon as one may be asked for. */
export const SendAnother = ({ resendAt, onResend, pending, sent, error, size }: Props) => {
  const left = useSecondsUntil(resendAt)
  return (
    <Stack gap={4} align="flex-end">
      {left > 0 ? (
        <Text fz="sm" c="dimmed" className="gh-tabular">
          Send another in {left} s
        </Text>
      ) : (
        <Button variant="subtle" size={size} onClick={onResend} loading={pending}>
          Send another code
        </Button>
      )}
      {sent && left > 0 && (
        <Text fz="xs" c="dimmed" role="status">
          Sent. The earlier code no longer works.
        </Text>
      )}
      <ErrorNote error={error} />
    </Stack>
  )
}

// The server asks for no longer wait. Without this bound a device whose clock is behind would show hours.
const waitMaxSeconds = 60

const useSecondsUntil = (time: string): number => {
  const [now, setNow] = useState(Date.now)
  const until = useMemo(() => Math.min(new Date(time).getTime(), Date.now() + waitMaxSeconds * 1000), [time])
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  return Math.min(waitMaxSeconds, Math.max(0, Math.ceil((until - now) / 1000)))
}
