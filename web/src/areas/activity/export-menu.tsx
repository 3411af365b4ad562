import { Button, CloseButton, Group, Menu, Text } from '@mantine/core'
import { IconBraces, IconDownload, IconTable } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { listActivity } from '#contract/activity.ts'
import { download } from '../../api/client.ts'
import { sentenceOf } from '../../api/problem.ts'
import { bytes } from '../../ui/bytes.ts'
import { toast } from '../../ui/toast.tsx'
import { type ActivitySearch, filterQueryOf } from './activity-search.ts'

type Form = 'true' | 'csv'

/** Downloads everything the filters choose, however many pages it has. */
export const ExportMenu = ({ search, isEmpty }: { search: ActivitySearch; isEmpty: boolean }) => {
  const [receivedBytes, setReceivedBytes] = useState(0)
  const giveUp = useRef<AbortController>(undefined)
  const exporting = useMutation({
    mutationFn: async (form: Form) => {
      giveUp.current = new AbortController()
      setReceivedBytes(0)
      const query = { ...filterQueryOf(search, new Date()), export: form }
      const { file, name } = await download(
        listActivity,
        { query, signal: giveUp.current.signal },
        setReceivedBytes,
      )
      keep(file, name ?? `activity.${form === 'csv' ? 'csv' : 'json'}`)
    },
    onSuccess: () => toast('The export is among your downloads.'),
    onError: (error) => {
      if (!giveUp.current?.signal.aborted)
        toast(`The export did not come through. ${sentenceOf(error)}`, { failed: true })
    },
  })
  if (exporting.isPending)
    return (
      <Group gap={6} role="status">
        <Text fz="sm" c="dimmed" className="gh-tabular">
          {receivedBytes ? `Exporting, ${bytes(receivedBytes)} so far` : 'Preparing the export…'}
        </Text>
        <CloseButton
          size="sm"
          aria-label="Stop the export"
          title="Stop"
          onClick={() => giveUp.current?.abort()}
        />
      </Group>
    )
  return (
    <Menu position="bottom-end" width={230} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={17} stroke={1.7} />}
          disabled={isEmpty}
          title={isEmpty ? 'There is nothing here to export' : undefined}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Everything that matches</Menu.Label>
        <Menu.Item leftSection={<IconTable size={16} />} onClick={() => exporting.mutate('csv')}>
          Table (CSV)
        </Menu.Item>
        <Menu.Item leftSection={<IconBraces size={16} />} onClick={() => exporting.mutate('true')}>
          JSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const keep = (file: Blob, name: string): void => {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
