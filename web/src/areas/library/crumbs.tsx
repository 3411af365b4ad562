import { Breadcrumbs, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { TextLink } from '../../ui/link-button.tsx'
import { useMe } from '../accounts/queries.ts'

/** Where a project or model stands: the list of projects, or whose it is, then what follows. */
export const Crumbs = ({ username, children }: { username: string; children?: ReactNode }) => {
  const { workspace } = useMe()
  return (
    <Breadcrumbs component="nav" aria-label="Where you are" mb="sm" fz="sm" separatorMargin={6}>
      {workspace.username === username ? (
        <TextLink to="/projects" fz="sm">
          Projects
        </TextLink>
      ) : (
        <Text fz="sm" c="dimmed">
          {username}
        </Text>
      )}
      {children}
    </Breadcrumbs>
  )
}
