/** Social links of SPEC 3.3: what people type or paste becomes a handle, and a handle becomes a link. Pure: form and server agree. */

export const socialPlatforms = [
  'github',
  'linkedin',
  'twitter',
  'youtube',
  'scholar',
  'discord',
  'website',
] as const
export type SocialPlatform = (typeof socialPlatforms)[number]

type Rule = {
  /** Where in a pasted address, without its scheme, the handle stands. */
  pasted: RegExp
  /** People put an @ in front of these; it is not part of them. */
  at: boolean
  link: ((handle: string) => string) | null
}

const rules: Record<Exclude<SocialPlatform, 'website'>, Rule> = {
  github: {
    pasted: /^(?:www\.)?github\.com\/([^/?#]+)/i,
    at: true,
    link: (handle) => `https://github.com/${handle}`,
  },
  linkedin: {
    pasted: /^(?:[a-z]{1,3}\.)?linkedin\.com\/in\/([^/?#]+)/i,
    at: false,
    link: (handle) => `https://www.linkedin.com/in/${handle}`,
  },
  twitter: {
    pasted: /^(?:www\.|m\.|mobile\.)?(?:x|twitter)\.com\/([^/?#]+)/i,
    at: true,
    link: (handle) => `https://x.com/${handle}`,
  },
  youtube: {
    // The other pages of the site name a video or an id, and neither is a handle.
    pasted:
      /^(?:www\.|m\.)?youtube\.com\/(?:c\/|user\/)?(?!(?:channel|watch|shorts|playlist|embed|live|feed)(?:[/?#]|$))([^/?#]+)/i,
    at: true,
    link: (handle) => `https://www.youtube.com/@${handle}`,
  },
  scholar: {
    pasted: /^scholar\.google\.[a-z.]+\/citations\?(?:[^#]*&)?user=([^&#]+)/i,
    at: false,
    link: (handle) => `https://scholar.google.com/citations?user=${handle}`,
  },
  discord: {
    pasted: /^(?:www\.)?discord(?:app)?\.com\/users\/([^/?#]+)/i,
    at: true,
    link: null,
  },
}

/** The handle in what somebody typed or pasted: of an address of that platform its handle, of anything else the text itself.
 *  A website loses its scheme and a slash at the end. What comes out goes in again unchanged. */
export const toHandle = (platform: SocialPlatform, text: string): string => {
  const peel = platform === 'website' ? bareWebsite : peelOf(rules[platform])
  // A handle can be wrapped more than once: an @ before an address, an address behind a scheme written twice.
  let handle = text
  for (let inner = peel(handle); inner !== handle; inner = peel(handle)) handle = inner
  return handle
}

const withoutScheme = (text: string): string => text.replace(/^(?:https?:)?\/\//i, '')

const bareWebsite = (text: string): string => withoutScheme(text.trim()).replace(/\/+$/, '')

const peelOf =
  ({ pasted, at }: Rule) =>
  (text: string): string => {
    const trimmed = text.trim()
    const found = pasted.exec(withoutScheme(trimmed))?.[1]
    const handle = found === undefined ? trimmed : decoded(found)
    return at ? handle.replace(/^@+/, '') : handle
  }

/** A browser's address bar gives other letters than ASCII away as percent signs. What would become a letter that cannot be seen, or that
 *  no store can hold, stays as it is: the door has looked at the text before it was decoded. */
const decoded = (part: string): string => {
  try {
    const text = decodeURIComponent(part)
    return /\p{C}/u.test(text) ? part : text
  } catch {
    return part
  }
}

// Written without the flag i: together with u it would let in letters that only fold to plain ones (the Kelvin sign).
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const topLevel = '[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])'
const website = new RegExp(`^(?:${label}\\.)+${topLevel}(?::\\d{1,5})?(?:[/?#][^\\s\\p{C}]*)?$`, 'u')

/** Whether a website is written as a host, with a port and a path at most: it is shown as a link, which must lead where it says. */
export const isWebsite = (text: string): boolean => website.test(text) && URL.canParse(`https://${text}`)

/** Whether a handle stays one step of a path: with a slash, or as dots alone, it would be a way to another page. */
const isOneStep = (handle: string): boolean => /^[^\s/\\?#\p{C}]+$/u.test(handle) && !/^\.+$/.test(handle)

/** Where a handle leads, always by https and to the platform itself, or null where it is plain text. */
export const socialLink = (platform: SocialPlatform, handle: string): string | null => {
  if (platform === 'website') return isWebsite(handle) ? `https://${handle}` : null
  return isOneStep(handle) ? (rules[platform].link?.(encodeURIComponent(handle)) ?? null) : null
}
