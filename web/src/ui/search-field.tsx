import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'

type Props = { label: string; placeholder: string; search: string; onSearch: (search: string) => void }

/** Searches as one types, a moment after the last letter. */
export const SearchField = ({ label, placeholder, search, onSearch }: Props) => {
  const [text, setText] = useState(search)
  const settle = useDebouncedCallback(onSearch, 300)
  const change = (value: string) => {
    setText(value)
    settle(value.trim())
  }
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
      rightSection={
        text ? <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} /> : null
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      w={{ base: '100%', xs: 260 }}
      maxLength={200}
    />
  )
}
