/** `next` when it is a path on this site, else undefined: a link must not be able to send people elsewhere. */
export const safePath = (next: unknown, origin = location.origin): string | undefined => {
  if (typeof next !== 'string' || !next.startsWith('/')) return undefined
  try {
    const url = new URL(next, origin)
    // A path that begins with two slashes would name a host to whatever resolves it next.
    const stays = url.origin === origin && !url.pathname.startsWith('//')
    return stays ? url.pathname + url.search + url.hash : undefined
  } catch {
    return undefined
  }
}
