import { Alert, Button, Card, Code, CopyButton, Stack, Text, Title, UnstyledButton } from '@mantine/core'
import { IconAlertCircle, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { problemOf, requestIdOf } from '../api/problem.ts'

/** A screen that could not be shown: why, what would help, and the request id an operator can look up. */
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
        <RequestId error={error} />
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
      {advice && <Text fz="sm">{advice}</Text>}
      <RequestId error={error} />
    </Alert>
  )
}

/** A click copies it. */
const RequestId = ({ error }: { error: unknown }) => {
  const id = requestIdOf(error)
  if (!id) return null
  return (
    <CopyButton value={id} timeout={1800}>
      {({ copied, copy }) => (
        <UnstyledButton
          type="button"
          onClick={copy}
          c="dimmed"
          fz="xs"
          mt={4}
          title="Copy the request id"
          style={{ overflowWrap: 'anywhere' }}
        >
          Request id{' '}
          <Code fz="xs" c="inherit">
            {id}
          </Code>{' '}
          {copied ? (
            'copied'
          ) : (
            <IconCopy size={13} style={{ verticalAlign: '-2px' }} role="img" aria-label="Copy" />
          )}
        </UnstyledButton>
      )}
    </CopyButton>
  )
}
