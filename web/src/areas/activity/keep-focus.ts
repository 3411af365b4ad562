/** Call before something that may take a button off the page; what it returns, after. Where somebody works by keyboard, the focus then goes on
 *  at `next` instead of back to the top of the page. */
export const keepFocus = (button: Element, next: Element | null | undefined): (() => void) => {
  const byKeyboard = document.activeElement?.matches(':focus-visible') ?? false
  return () => {
    if (byKeyboard && !button.isConnected && next instanceof HTMLElement) next.focus()
  }
}
