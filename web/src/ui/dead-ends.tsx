import { Box, Button, Center, Stack, Text, Title } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { ErrorState } from './error-state.tsx'
import { LinkButton } from './link-button.tsx'
import { GateMark } from './logo.tsx'
import { useTitle } from './title.ts'

/** An address nothing lives at. */
export const NotFound = () => {
  useTitle('Page not found')
  return (
    <Center mih="70vh" p="lg" component="main" id="content">
      <Stack align="center" gap="md" ta="center">
        <GateMark size={56} />
        <Title order={1}>There is nothing at this address</Title>
        <Text c="dimmed" maw={420}>
          The page may have moved, or the link was mistyped.
        </Text>
        <LinkButton to="/">Go to the start page</LinkButton>
      </Stack>
    </Center>
  )
}

/** A screen that failed. Says why, and offers another try. */
export const Broken = ({ error, reset }: ErrorComponentProps) => {
  useTitle('Something went wrong')
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <Box maw={640} mx="auto" p="lg" pt="10vh">
      <ErrorState
        level={1}
        error={error}
        onRetry={retry}
        action={
          <Button variant="subtle" component="a" href="/">
            Go to the start page
          </Button>
        }
      />
    </Box>
  )
}
