import { Box, Title, VisuallyHidden } from '@mantine/core'
import { IconUserOff } from '@tabler/icons-react'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { useTitle } from '../../ui/title.ts'

/** The not-found face of a public profile. */
export const NobodyHere = ({ username }: { username: string }) => {
  useTitle('Nobody here')
  return (
    <Box maw={1080} mx="auto">
      <VisuallyHidden>
        <Title order={1}>Nobody here</Title>
      </VisuallyHidden>
      <EmptyState
        icon={IconUserOff}
        title={`Nobody is called ${username}`}
        action={
          <LinkButton to="/" variant="default" mt="xs">
            Go to the start page
          </LinkButton>
        }
      >
        The link may have been mistyped, or the account was closed.
      </EmptyState>
    </Box>
  )
}
