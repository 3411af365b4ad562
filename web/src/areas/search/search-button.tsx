import { Kbd, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Me } from '../accounts/queries.ts'

// Most visits never open it.
const SearchDialog = lazy(() => import('./search-dialog.tsx'))

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Opens the search of the workspace; so do Ctrl+K, ⌘K, and a slash where nobody is typing. */
export const SearchButton = ({ me }: { me: Me }) => {
  const [opened, setOpened] = useState(false)
  const [wanted, setWanted] = useState(false)
  const open = () => {
    setWanted(true)
    setOpened(true)
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isShortcut = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k'
      const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !isTyping(event)
      if (!isShortcut && !isSlash) return
      // Another dialog has the floor.
      if (document.querySelector('[role="dialog"][aria-modal="true"]')) return
      event.preventDefault()
      setWanted(true)
      setOpened(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <UnstyledButton
        className="gh-nav-link gh-search-button"
        w="100%"
        onClick={open}
        aria-keyshortcuts="Control+K /"
      >
        <IconSearch size={18} stroke={1.8} aria-hidden />
        Search
        <Kbd size="xs" ml="auto" visibleFrom="sm" aria-hidden>
          {/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}
        </Kbd>
      </UnstyledButton>
      {wanted && (
        <Suspense>
          <SearchDialog me={me} opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  )
}
