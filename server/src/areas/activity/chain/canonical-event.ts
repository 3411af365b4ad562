import { hash } from 'node:crypto'

/** An event as its row holds it, sealed parts included, every value as text or null. The order of the fields is that of the canonical
 *  form; `metadata` is the text Postgres keeps (keys sorted, numbers to their last digit), `client_sealed` is base64. */
export const eventFields = [
  'seq',
  'id',
  'workspace_id',
  'user_id',
  'resource_type',
  'action',
  'resource_id',
  'resource_name',
  'metadata',
  'created_at',
  'client_sealed',
] as const

export type StoredEvent = Record<(typeof eventFields)[number], string | null>

/** Reads a StoredEvent of the row `e`. The time comes through JSON: it has microseconds, and does not depend on the session's settings. */
export const storedEventSql = eventFields
  .map((field) => {
    if (field === 'seq' || field === 'metadata') return `e.${field}::text as ${field}`
    if (field === 'created_at')
      return `(to_jsonb(e.created_at at time zone 'UTC') #>> '{}') || 'Z' as created_at`
    if (field === 'client_sealed')
      return `translate(encode(e.client_sealed, 'base64'), E'\\n', '') as client_sealed`
    return `e.${field}`
  })
  .join(', ')

/** The version of everything that is hashed and signed here. */
export const chainVersion = 'v1'

/** What the first link follows, in hex: no chain can pass for that of another workspace. */
export const genesisHash = (workspaceId: string): string =>
  hash('sha256', `gatehouse activity ${chainVersion} ${prefixed(workspaceId)}`, 'hex')

/** SHA-256 in hex of the hash before, the position and the event, as UTF-8 text. Every value carries its length in bytes, so that no two
 *  events are written alike. */
export const linkHash = (previous: string, position: number, event: StoredEvent): string => {
  let text = `${chainVersion} ${previous} ${position} `
  for (const field of eventFields) text += prefixed(event[field])
  return hash('sha256', text, 'hex')
}

const prefixed = (value: string | null): string =>
  value === null ? '-,' : `${Buffer.byteLength(value)}:${value},`
