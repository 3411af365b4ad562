import { Button, Code, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { CopyWideButton } from '../../../ui/copy.tsx'
import { useMe } from '../queries.ts'

/** Recovery codes, shown this one time: the server keeps no copy that could be read. Closes only when somebody says that
 *  they are kept. */
export const RecoveryCodesDialog = ({ codes, onClose }: { codes?: string[]; onClose: () => void }) => {
  const { user } = useMe()
  // Stay in view while the dialog fades out.
  const [shown, setShown] = useState(codes)
  if (codes && codes !== shown) setShown(codes)
  return (
    <Modal
      opened={codes !== undefined}
      onClose={onClose}
      onExitTransitionEnd={() => setShown(undefined)}
      title="Keep these recovery codes"
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <Stack>
        <Text fz="sm">
          Without your passkey or app, one of these signs you in. Keep them in a safe place: we cannot show
          them again.
        </Text>
        <SimpleGrid
          cols={2}
          spacing="xs"
          component="ul"
          p={0}
          m={0}
          style={{ listStyle: 'none' }}
          aria-label="Recovery codes"
        >
          {shown?.map((code) => (
            <li key={code}>
              <Code block fz="sm" ta="center" py={8}>
                {code}
              </Code>
            </li>
          ))}
        </SimpleGrid>
        <Group gap="sm" grow>
          <CopyWideButton value={(shown ?? []).join('\n')} label="Copy" variant="default" />
          <Button
            variant="default"
            leftSection={<IconDownload size={17} aria-hidden />}
            onClick={() => download(user.email, shown ?? [])}
          >
            Download
          </Button>
        </Group>
        <Button onClick={onClose}>I have kept them</Button>
      </Stack>
    </Modal>
  )
}

const download = (email: string, codes: string[]): void => {
  const lines = [
    `Recovery codes for ${email} at ${location.host}`,
    `Made on ${new Date().toISOString().slice(0, 10)}. Each works once, in place of your second step.`,
    '',
    ...codes,
    '',
  ]
  const address = URL.createObjectURL(new Blob([lines.join('\n')], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = address
  link.download = 'gatehouse-recovery-codes.txt'
  link.click()
  URL.revokeObjectURL(address)
}
