import { Alert, Button, Card, Code, Stack, Text, Title } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiError } from '../api/client.ts'
import { problemOf } from '../api/problem.ts'

/** A screen that could not be shown: why, what to do, and the request id an operator can look up. */
export const ErrorState = ({
  error,
  onRetry,
  action,
  level = 2,
}: {
  error: unknown
  onRetry?: () => void
  action?: ReactNode
  /** 1 where the screen has no other heading. */
  level?: 1 | 2
}) => {
  const { title, advice } = problemOf(error)
  const requestId = error instanceof ApiError ? error.requestId : undefined
  return (
    <Card py={56} role="alert">
      <Stack align="center" gap="sm" ta="center">
        <IconAlertCircle size={36} stroke={1.5} aria-hidden />
        <Title order={level} fz="h3">
          {title}
        </Title>
        {advice && (
          <Text c="dimmed" fz="sm" maw={440}>
            {advice}
          </Text>
        )}
        {onRetry && (
          <Button variant="default" onClick={onRetry} mt="xs">
            Try again
          </Button>
        )}
        {action}
        {requestId && (
          <Text c="dimmed" fz="xs" mt="xs">
            Request id <Code>{requestId}</Code>
          </Text>
        )}
      </Stack>
    </Card>
  )
}

/** A failure inside a form or dialog. Nothing when there is none. */
export const ErrorNote = ({ error }: { error: unknown }) => {
  if (!error) return null
  const { title, advice } = problemOf(error)
  return (
    <Alert color="red" icon={<IconAlertCircle size={18} />} title={title} role="alert" variant="light">
      {advice}
    </Alert>
  )
}
