import { z } from 'zod'
import { chainVersion, eventFields, type StoredEvent } from './canonical-event.ts'
import { Checkpoint, Footer } from './signed.ts'

/* The lines of an export, each a JSON object: the header, the checkpoints, the links in their order, the footer. A line is written in one
   way only (no spaces, fields in the order below), so that what two readers see in it cannot differ. */

export const exportForm = `gatehouse-activity-${chainVersion}`

const Header = z.strictObject({
  kind: z.literal('header'),
  form: z.literal(exportForm),
  workspaceId: z.string(),
  /** The keys that signed the checkpoints and the footer. */
  publicKeys: z.array(z.strictObject({ keyVersion: z.int().min(1), publicKey: z.base64() })),
})
export type Header = z.output<typeof Header>

const text = z.string().refine((value) => value.isWellFormed())
const event = z.strictObject(
  Object.fromEntries(eventFields.map((field) => [field, text.nullable()])),
) as unknown as z.ZodType<StoredEvent>

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const position = z.int().min(1)

/** A link and its event, in the form it is stored in. */
const Link = z.strictObject({ kind: z.literal('event'), position, hash, event })

/** A link whose event is not there any more. */
const Missing = z.strictObject({ kind: z.literal('missing'), position, hash, eventId: z.string() })

const Line = z.discriminatedUnion('kind', [Header, Checkpoint, Link, Missing, Footer])
export type ExportLine = z.output<typeof Line>

export const writeLine = (line: ExportLine): string => JSON.stringify(line)

/** Reads a line of an export; undefined when it is not written as `writeLine` writes. */
export const readLine = (written: string): ExportLine | undefined => {
  let value: unknown
  try {
    value = JSON.parse(written)
  } catch {
    return undefined
  }
  const { data } = Line.safeParse(value)
  return data && writeLine(data) === written ? data : undefined
}
