import { Box, Title, VisuallyHidden } from '@mantine/core'
import { IconUserOff } from '@tabler/icons-react'
import { isUsernameReserved, isUsernameWellFormed } from '#contract/username.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { useTitle } from '../../ui/title.ts'

/** The not-found face of a public profile, which also meets whatever else is typed behind the address of the site. */
export const NobodyHere = ({ username }: { username: string }) => {
  useTitle('Not found')
  const possible = isUsernameWellFormed(username) && !isUsernameReserved(username)
  return (
    <Box maw={1080} mx="auto">
      <VisuallyHidden>
        <Title order={1}>Not found</Title>
      </VisuallyHidden>
      <EmptyState
        icon={IconUserOff}
        title={possible ? `Nobody is called ${username}` : 'There is nothing at this address'}
        action={
          <LinkButton to="/" variant="default" mt="xs">
            Go to the start page
          </LinkButton>
        }
      >
        The link may have been mistyped, or what it led to is gone.
      </EmptyState>
    </Box>
  )
}
