import { Button, Menu } from '@mantine/core'
import { IconBraces, IconDownload, IconTable } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { listActivity } from '#contract/activity.ts'
import { addressOf, call } from '../../api/client.ts'
import { sentenceOf } from '../../api/problem.ts'
import { toast } from '../../ui/toast.tsx'
import { type ActivitySearch, filterQueryOf } from './activity-search.ts'

type Form = 'true' | 'csv'

/** Downloads everything that the filters choose, however many pages it has. */
export const ExportMenu = ({ search, isEmpty }: { search: ActivitySearch; isEmpty: boolean }) => {
  const exporting = useMutation({
    mutationFn: async (form: Form) => {
      const query = filterQueryOf(search, new Date())
      // Asked for one row first: what would refuse the export refuses that, in words. The browser has none for a file.
      await call(listActivity, { query: { ...query, limit: 1 } })
      save(addressOf(listActivity, { query: { ...query, export: form } }))
    },
    onSuccess: () => toast('Your browser downloads the export.'),
    onError: (error) => toast(`The export did not begin. ${sentenceOf(error)}`, { failed: true }),
  })
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

/** Has the browser save the file under the name that the server gives it. A million events then pass by the page: it would have to hold them
 *  all, and the browser's own list of downloads tells how far it is, stops it, and says when it broke off. */
const save = (address: string): void => {
  const link = document.createElement('a')
  link.href = address
  link.download = ''
  link.click()
}
