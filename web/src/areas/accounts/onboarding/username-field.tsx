import { Anchor, Loader, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { isUsernameReserved, isUsernameWellFormed } from '#contract/username.ts'
import { usernameCheckQuery } from '../queries.ts'

export type Verdict =
  | { state: 'empty' | 'malformed' | 'reserved' | 'checking' | 'available' | 'unknown' }
  | { state: 'taken'; suggestion?: string }

/** What is known about `username` while somebody types: its form at once, whether it is free a moment after. */
export const useUsernameVerdict = (username: string): Verdict => {
  const [settled] = useDebouncedValue(username, 300)
  const { data, isError } = useQuery({
    ...usernameCheckQuery(settled),
    enabled: isUsernameWellFormed(settled) && !isUsernameReserved(settled),
  })
  if (username === '') return { state: 'empty' }
  if (!isUsernameWellFormed(username)) return { state: 'malformed' }
  if (isUsernameReserved(username)) return { state: 'reserved' }
  if (settled === username && isError) return { state: 'unknown' }
  if (settled !== username || !data) return { state: 'checking' }
  if (data.available) return { state: 'available' }
  if (data.problem === 'taken') return { state: 'taken', suggestion: data.suggestion }
  return { state: data.problem ?? 'unknown' }
}

type Props = {
  value: string
  onChange: (value: string) => void
  verdict: Verdict
  missing?: ReactNode
  label?: string
  placeholder?: string
  /** What stands before it in an address. */
  prefix?: string
}

export const UsernameField = ({
  value,
  onChange,
  verdict,
  missing,
  label = 'Username',
  placeholder = 'ada-lovelace',
  prefix,
}: Props) => {
  const good = verdict.state === 'available'
  const bad = verdict.state === 'taken' || verdict.state === 'reserved'
  return (
    <div>
      <TextInput
        label={label}
        placeholder={placeholder}
        autoComplete={prefix ? 'off' : 'username'}
        autoCapitalize="none"
        spellCheck={false}
        withAsterisk
        maxLength={32}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value.toLowerCase().replace(/[\s_.]+/g, '-'))}
        error={missing || bad}
        aria-describedby="username-verdict"
        {...(prefix && {
          inputContainer: (input: ReactNode) => (
            <div className="gh-prefixed">
              <span aria-hidden>{prefix}</span>
              {input}
            </div>
          ),
        })}
        rightSection={
          verdict.state === 'checking' ? (
            <Loader size={16} />
          ) : good ? (
            <IconCircleCheck size={18} color="var(--gh-accent)" aria-hidden />
          ) : null
        }
      />
      <Text
        id="username-verdict"
        role="status"
        fz="xs"
        mt={5}
        c={bad ? 'var(--mantine-color-error)' : 'dimmed'}
      >
        <Sentence value={value} verdict={verdict} onChange={onChange} />
      </Text>
    </div>
  )
}

const Sentence = ({ value, verdict, onChange }: Pick<Props, 'value' | 'verdict' | 'onChange'>) => {
  switch (verdict.state) {
    case 'available':
      return (
        <>
          <b>{value}</b> is yours if you want it. It cannot be changed later.
        </>
      )
    case 'taken': {
      const { suggestion } = verdict
      return (
        <>
          {value} is taken.{' '}
          {suggestion && (
            <>
              How about{' '}
              <Anchor
                component="button"
                type="button"
                fz="xs"
                fw={600}
                underline="always"
                onClick={() => onChange(suggestion)}
              >
                {suggestion}
              </Anchor>
              ?
            </>
          )}
        </>
      )
    }
    case 'reserved':
      return <>{value} is kept for the platform itself. Choose another one.</>
    case 'checking':
      return <>Checking whether {value} is free…</>
    case 'unknown':
      return <>We could not check just now. You can go on; we check again at the end.</>
    case 'empty':
    case 'malformed':
      return (
        <>
          4 to 32 lowercase letters, digits and single hyphens, beginning and ending with a letter or digit.
          It cannot be changed later.
        </>
      )
    default:
      return verdict satisfies never
  }
}
