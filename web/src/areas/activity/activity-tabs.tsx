import { Badge, Button, Group, Tabs } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { sentenceOf } from '../../api/problem.ts'
import { toast } from '../../ui/toast.tsx'
import type { ActivitySearch } from './activity-search.ts'
import { unseenQuery, useMarkSeen } from './queries.ts'
import { unseenText } from './unseen-text.ts'

type Props = {
  search: ActivitySearch
  onChange: (change: ActivitySearch) => void
  children: ReactNode
}

/** Inbox and archive, and what can be done to all of them. */
export const ActivityTabs = ({ search, onChange, children }: Props) => {
  const { data: unseen = 0 } = useQuery(unseenQuery())
  return (
    <Group justify="space-between" align="center" mb="md" gap="sm" mih={36}>
      <Tabs
        value={search.tab ?? 'inbox'}
        onChange={(tab) => onChange({ tab: tab === 'archive' ? 'archive' : undefined })}
      >
        <Tabs.List>
          <Tabs.Tab
            value="inbox"
            h={38}
            rightSection={
              unseen > 0 && (
                <Badge size="sm" variant="filled" aria-label={`${unseen} unseen`}>
                  {unseenText(unseen)}
                </Badge>
              )
            }
          >
            Inbox
          </Tabs.Tab>
          <Tabs.Tab value="archive" h={38}>
            Archive
          </Tabs.Tab>
        </Tabs.List>
      </Tabs>
      <Group gap={4}>
        {unseen > 0 && <MarkAllSeen />}
        {children}
      </Group>
    </Group>
  )
}

const MarkAllSeen = () => {
  const mark = useMarkSeen()
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      leftSection={<IconChecks size={16} stroke={1.8} />}
      loading={mark.isPending}
      onClick={() =>
        mark.mutate({ all: true }, { onError: (error) => toast(sentenceOf(error), { failed: true }) })
      }
    >
      Mark all seen
    </Button>
  )
}
