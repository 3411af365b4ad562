import { ActionIcon, Button, type ButtonProps, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** `what` completes "Copy …" for people who cannot see the icon. */
export const CopyIcon = ({ value, what }: { value: string; what: string }) => (
  <CopyButton value={value} timeout={1800}>
    {({ copied, copy }) => (
      <ActionIcon
        variant="subtle"
        color={copied ? 'gate' : 'gray'}
        onClick={copy}
        title={copied ? 'Copied' : `Copy ${what}`}
        aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
      >
        {copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
      </ActionIcon>
    )}
  </CopyButton>
)

export const CopyWideButton = ({ value, label, ...rest }: { value: string; label: string } & ButtonProps) => (
  <CopyButton value={value} timeout={1800}>
    {({ copied, copy }) => (
      <Button
        onClick={copy}
        leftSection={copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
        {...rest}
      >
        {copied ? 'Copied' : label}
      </Button>
    )}
  </CopyButton>
)
