export const slugLengthMax = 128

/** Makes a URL name the way training clients do (SPEC 16.1): lowercase, drop everything else, spaces to hyphens. Empty when nothing
 *  is left. */
export const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9\s-]/g, '')
    .replace(/\s+/g, '-')
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, slugLengthMax)
    .replace(/-$/, '')

/** The first of `slug`, `slug-2`, `slug-3` … that is not taken (SPEC 16.3). */
export const freeSlug = (slug: string, taken: ReadonlySet<string>): string => {
  if (!taken.has(slug)) return slug
  for (let number = 2; ; number++) {
    const candidate = numberedSlug(slug, number)
    if (!taken.has(candidate)) return candidate
  }
}

/** A long slug is cut, so that its number has room. */
const numberedSlug = (slug: string, number: number): string => {
  const suffix = `-${number}`
  return slug.slice(0, slugLengthMax - suffix.length).replace(/-$/, '') + suffix
}

/** Whether one slug is another with a number. */
export const isNumbered = (candidate: string, slug: string): boolean => {
  const number = /-(\d+)$/.exec(candidate)?.[1]
  return number !== undefined && candidate === numberedSlug(slug, Number(number))
}
