import { hkdfSync, randomBytes } from 'node:crypto'

/** The versioned master key. New secrets are sealed under the newest version; older versions only open. */
export type KeyRing = {
  readonly newest: number
  has(version: number): boolean
  /** 32 bytes for one purpose, derived with HKDF-SHA-256 (RFC 5869). Throws when the version is unknown. */
  derive(purpose: string, version: number): Buffer
}

export const makeKeyRing = (masterKeys: ReadonlyMap<number, Buffer>): KeyRing => {
  const newest = Math.max(...masterKeys.keys())
  const derived = new Map<string, Buffer>()
  return {
    newest,
    has: (version) => masterKeys.has(version),
    derive(purpose, version) {
      const name = `${version}:${purpose}`
      const known = derived.get(name)
      if (known) return known
      const master = masterKeys.get(version)
      if (!master) throw new Error(`Master key version ${version} is not configured`)
      const key = Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `gatehouse/${purpose}`, 32))
      derived.set(name, key)
      return key
    },
  }
}

/** Reads `1:base64,2:base64`. Throws a sentence that names the problem and never the key. */
export const parseMasterKeys = (text: string): ReadonlyMap<number, Buffer> => {
  const keys = new Map<number, Buffer>()
  for (const part of text.split(',')) {
    const [version, value] = part.trim().split(':')
    const number = Number(version)
    const bytes = Buffer.from(value ?? '', 'base64')
    if (!Number.isInteger(number) || number < 1 || number > 65_535 || bytes.length !== 32)
      throw new Error('it must look like 1:<32 bytes in base64>, with versions separated by commas')
    if (keys.has(number)) throw new Error(`it must give version ${number} only once`)
    keys.set(number, bytes)
  }
  return keys
}

export const makeMasterKey = (): string => randomBytes(32).toString('base64')
