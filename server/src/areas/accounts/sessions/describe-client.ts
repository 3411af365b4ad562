import Bowser from 'bowser'

export type Client = { device: 'desktop' | 'phone' | 'tablet' | 'unknown'; browser: string; os?: string }

/** Longer than any honest user agent; what stands behind is not looked at. */
const userAgentLengthMax = 512
const nameLengthMax = 60

const unknown = 'Unknown client'

/** Reading a user agent takes as long as the rest of a request, and there are few different ones. The first to come is forgotten first. */
const rememberedMax = 1000
const remembered = new Map<string, Readonly<Client>>()

/** What a user agent says of itself, for people to recognise their sessions by: "Firefox 145" on "Windows". What is no browser is called
 *  by its first product, "curl 8.5.0". Hearsay: an iPad may say it is a Mac, and anybody can say anything. Texts are at most 60
 *  characters, of fixed names or plain ASCII. */
export const describeClient = (userAgent: string): Readonly<Client> => {
  const said = userAgent.slice(0, userAgentLengthMax).trim()
  if (said === '') return { device: 'unknown', browser: unknown }
  const known = remembered.get(said)
  if (known) return known
  const client = read(said)
  const [first] = remembered.size < rememberedMax ? [] : remembered.keys()
  if (first !== undefined) remembered.delete(first)
  remembered.set(said, client)
  return client
}

const read = (said: string): Client => {
  const { browser, os, platform } = Bowser.parse(said)
  const name = isBrowserLike(said) ? browserName(browser.name, browser.version) : firstProduct(said)
  return {
    device: deviceOf(platform.type, os.name),
    browser: name.slice(0, nameLengthMax),
    ...(os.name && { os: os.name }),
  }
}

/** Every browser says that it is Mozilla (Opera once did not), and little else does. */
export const isBrowserLike = (said: string): boolean => /^(?:Mozilla|Opera)\//.test(said)

/** Without a name it knows, the library makes one of the text as it stands, which then begins with Mozilla. */
const browserName = (name = '', version = ''): string => {
  if (name === '' || name.startsWith('Mozilla')) return unknown
  const major = /^\d{1,6}/.exec(version)?.[0]
  return major ? `${name} ${major}` : name
}

/** The first product with a version, or the first word when none has one. */
const firstProduct = (said: string): string => {
  const [, product, version] = /(?:^|\s)([\w.+-]+)\/([\w.+-]+)/.exec(said) ?? []
  return product ? `${product} ${version}` : (/^[\w.+-]+(?=\s|$)/.exec(said)?.[0] ?? unknown)
}

const deviceOf = (type: string | undefined, os: string | undefined): Client['device'] => {
  if (type === 'mobile') return 'phone'
  if (type === 'desktop' || type === 'tablet') return type
  return os === 'Chrome OS' ? 'desktop' : 'unknown'
}
