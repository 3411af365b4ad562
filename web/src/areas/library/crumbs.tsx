import { Breadcrumbs } from '@mantine/core'
import type { ReactNode } from 'react'
import { TextLink } from '../../ui/link-button.tsx'
import { useVisitor } from '../accounts/visitor.ts'
import { ElsewhereNote } from '../workspaces/elsewhere-note.tsx'

/** Where a project, model or dataset stands: the list of its kind, or whose it is, then what follows. A member who is elsewhere right now is
 *  told how to come here. */
export const Crumbs = ({
  username,
  of = 'projects',
  children,
}: {
  username: string
  of?: 'projects' | 'datasets'
  children?: ReactNode
}) => {
  const visitor = useVisitor()
  return (
    <>
      <Breadcrumbs component="nav" aria-label="Where you are" mb="sm" fz="sm" separatorMargin={6}>
        {visitor?.workspace.username === username ? (
          <TextLink to={`/${of}`} fz="sm">
            {of === 'projects' ? 'Projects' : 'Datasets'}
          </TextLink>
        ) : (
          <TextLink to="/$username" params={{ username }} fz="sm">
            {username}
          </TextLink>
        )}
        {children}
      </Breadcrumbs>
      <ElsewhereNote username={username} />
    </>
  )
}
