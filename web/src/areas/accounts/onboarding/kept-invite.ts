import { safePath } from '../../../ui/safe-path.ts'

/* Somebody invited who has no account yet goes through sign-up, code and onboarding before they can accept. `next` does not stand
   in all those addresses: the code's mail opens another tab, and a provider comes back to an address of the server's choosing. So
   this browser remembers which invite it was. The token in it is worth something to whoever proves the invited address only;
   still it is kept no longer than a sign-up takes, and forgotten as soon as it has led back. Not in sessionStorage, which another
   tab does not see. */

const place = 'gatehouse.invite'
const keptMs = 2 * 60 * 60 * 1000

/** The page where the invite with this token is accepted. */
export const inviteAddress = (token: string): string => `/invite?${new URLSearchParams({ token })}`

/** The token when `next` is the page of an invite. Nothing else is carried through a sign-up, which ends on the home page. */
export const inviteTokenIn = (next: string | undefined, origin = location.origin): string | undefined => {
  const path = safePath(next, origin)
  if (!path) return undefined
  const url = new URL(path, origin)
  return (url.pathname === '/invite' && url.searchParams.get('token')) || undefined
}

/** Remembers the invite that `next` leads to, if it is one. */
export const keepInvite = (next: string | undefined, now = Date.now()): void => {
  const token = inviteTokenIn(next)
  if (!token) return
  try {
    localStorage.setItem(place, JSON.stringify({ token, until: now + keptMs }))
  } catch {
    // Storage is blocked or full: the link in the mail still works.
  }
}

/** The page of the invite that waits in this browser. */
export const keptInvite = (now = Date.now()): string | undefined => {
  try {
    const { token, until } = JSON.parse(localStorage.getItem(place) ?? '{}') as Record<string, unknown>
    if (typeof token === 'string' && typeof until === 'number' && now < until) return inviteAddress(token)
  } catch {
    // Not ours, or storage is blocked.
  }
  forgetInvite()
  return undefined
}

/** The same, once. */
export const takeInvite = (now = Date.now()): string | undefined => {
  const kept = keptInvite(now)
  forgetInvite()
  return kept
}

export const forgetInvite = (): void => {
  try {
    localStorage.removeItem(place)
  } catch {
    // It was never kept.
  }
}
