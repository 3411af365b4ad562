/** The longest piece of a name that is kept. Three letters occur in too many blocks together, five make the index half as large again. */
const lengthMax = 4

/** How many pieces of a long word are asked for; its block is looked at in any case. */
const askedMax = 24

/** Letters as names are compared: small ones. */
export const folded = (text: string): string => text.toLowerCase()

/** The pieces a text consists of, hashed together with its workspace: every run of one to four letters of every line. */
export const piecesOf = (workspaceId: string, lines: Iterable<string>): Set<number> => {
  const seed = hashed(offsetBasis, workspaceId)
  const pieces = new Set<number>()
  for (const line of new Set(lines))
    for (let start = 0; start < line.length; start++) {
      let hash = seed
      for (let end = start; end < Math.min(start + lengthMax, line.length); end++) {
        hash = step(hash, line.charCodeAt(end))
        pieces.add(hash)
      }
    }
  return pieces
}

/** The piece that says that a block holds an event of a group. No name has its first letter. */
export const groupPiece = (workspaceId: string, group: string): number =>
  hashed(hashed(offsetBasis, workspaceId), `\u0000${group}`)

/** The pieces a block must hold for the word to stand in it. */
export const piecesToFind = (workspaceId: string, word: string): number[] => {
  const seed = hashed(offsetBasis, workspaceId)
  const length = Math.min(lengthMax, word.length)
  const pieces = new Set<number>()
  for (let start = 0; start + length <= word.length && pieces.size < askedMax; start++)
    pieces.add(hashed(seed, word.slice(start, start + length)))
  return [...pieces]
}

/* FNV-1a over UTF-16 units, as a signed 32-bit number. Two pieces with one hash cost a look, never a wrong answer. */
const offsetBasis = 0x811c9dc5 | 0
const step = (hash: number, unit: number): number =>
  Math.imul(Math.imul(hash ^ (unit & 0xff), 0x01000193) ^ (unit >>> 8), 0x01000193)
const hashed = (seed: number, text: string): number => {
  let hash = seed
  for (let at = 0; at < text.length; at++) hash = step(hash, text.charCodeAt(at))
  return hash
}
