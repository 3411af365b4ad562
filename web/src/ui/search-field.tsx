import { CloseButton, type MantineStyleProps, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'

type Props = Pick<MantineStyleProps, 'w' | 'flex'> & {
  label: string
  placeholder: string
  search: string
  onSearch: (search: string) => void
}

/** Searches as one types, a moment after the last letter. */
export const SearchField = ({ label, placeholder, search, onSearch, ...style }: Props) => {
  const [text, setText] = useState(search)
  const sent = useRef(search)
  const settle = useDebouncedCallback((value: string) => {
    sent.current = value
    onSearch(value)
  }, 300)
  // Going back in the browser changes what is searched for, too.
  useEffect(() => {
    if (search === sent.current) return
    sent.current = search
    setText(search)
  }, [search])
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
      maxLength={200}
      {...style}
    />
  )
}
