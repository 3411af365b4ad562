import { Button, Tooltip } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import { useRouterState } from '@tanstack/react-router'
import { LinkButton } from '../../ui/link-button.tsx'
import { useVisitor } from '../accounts/visitor.ts'

type Props = { what: 'project' | 'model' | 'dataset'; allowed: boolean; onCopy: () => void }

/** Begins a copy into one's workspace. A stranger signs in first; whose role there may not, is told so. */
export const CopyButton = ({ what, allowed, onCopy }: Props) => {
  const visitor = useVisitor()
  const here = useRouterState({ select: ({ location }) => location.href })
  const icon = <IconCopy size={16} stroke={1.7} />
  if (!visitor)
    return (
      <LinkButton to="/sign-in" search={{ next: here }} variant="default" leftSection={icon}>
        Copy {what}
      </LinkButton>
    )
  if (!allowed)
    return (
      <Tooltip label={`Your role in ${visitor.workspace.displayName} does not let you add to it`}>
        <Button variant="default" leftSection={icon} aria-disabled data-disabled>
          Copy {what}
        </Button>
      </Tooltip>
    )
  return (
    <Button variant="default" leftSection={icon} onClick={onCopy}>
      Copy {what}
    </Button>
  )
}
