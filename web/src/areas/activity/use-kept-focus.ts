import { useEffect, useRef } from 'react'

/** For a button that takes itself off the page. Call what this returns when it is pressed: where somebody works by keyboard, the focus goes
 *  on at `next` once the button is gone, instead of back to the top of the page. Asked when React has taken it off, and no sooner: the
 *  answer of the server comes a moment before that. */
export const useKeptFocus = (): ((next: Element | null | undefined) => void) => {
  const goOn = useRef<HTMLElement>(undefined)
  useEffect(
    () => () => {
      if (document.activeElement === document.body) goOn.current?.focus()
    },
    [],
  )
  return (next) => {
    const byKeyboard = document.activeElement?.matches(':focus-visible') ?? false
    goOn.current = byKeyboard && next instanceof HTMLElement ? next : undefined
  }
}
