import type { ComponentPropsWithRef } from 'react'

/** A part of the page that scrolls by itself, and can be reached and scrolled with the keyboard. */
export const ScrollRegion = (props: ComponentPropsWithRef<'section'> & { 'aria-label': string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without it only a pointer could scroll
  <section tabIndex={0} {...props} />
)
