import { Badge, type BadgeProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Me } from '../areas/accounts/queries.ts'
import { unseenQuery } from '../areas/activity/queries.ts'
import { unseenText } from '../areas/activity/unseen-text.ts'

/** How many events of the workspace this person has not looked at; nothing where there are none. */
export const UnseenMark = ({ of: me, ...rest }: { of: Me } & BadgeProps) => {
  const { data: unseen = 0 } = useQuery({ ...unseenQuery(), enabled: !me.workspace.deniedReason })
  if (unseen === 0) return null
  return (
    <Badge size="sm" variant="filled" circle={unseen < 10} aria-label={`${unseen} unseen`} {...rest}>
      {unseenText(unseen)}
    </Badge>
  )
}
