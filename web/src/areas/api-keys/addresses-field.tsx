import { Textarea } from '@mantine/core'

type Props = { text: string; onChange: (text: string) => void; problem: string | undefined }

/** From where a key works. The page cannot know how the server sees the machines of its reader, and suggests nothing. */
export const AddressesField = ({ text, onChange, problem }: Props) => (
  <Textarea
    label="Allowed addresses"
    description="One IP address or range per line, as this server sees them: behind a router or VPN that is its outer address. Empty: from anywhere."
    placeholder={'203.0.113.7\n10.0.0.0/8'}
    value={text}
    onChange={(event) => onChange(event.currentTarget.value)}
    error={problem}
    autosize
    minRows={2}
    maxRows={8}
    autoComplete="off"
    spellCheck={false}
    styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
  />
)
