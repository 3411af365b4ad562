import { genesisHash, linkHash } from './canonical-event.ts'
import { type ExportLine, type Header, readLine } from './export-form.ts'
import { type Checkpoint, type Footer, isGenuine } from './signed.ts'

export type Verdict =
  | {
      ok: true
      workspaceId: string
      /** How many events the chain has. */
      events: number
      hash: string
      /** When the footer was signed. */
      at: string
      checkpoints: number
      /** Whose signatures these are; as good as the export's own word when no key was given to compare with. */
      publicKeys: Header['publicKeys']
    }
  /** The first line that is wrong, from 1. */
  | { ok: false; line: number; why: string }

/** What the export is held against, kept by somebody from before. */
export type Known = { publicKeys?: readonly string[]; checkpoint?: Checkpoint }

/** Why a line is wrong. */
class Wrong extends Error {}

/** Follows an export from its header to its footer. Needs nothing but the lines: no store, no secret, and of an event only the form it is
 *  stored in. Reads as it goes; nothing is kept but the checkpoints. */
export const verifyExport = async (
  lines: AsyncIterable<string> | Iterable<string>,
  known: Known = {},
): Promise<Verdict> => {
  const verifier = new Verifier(known)
  let number = 0
  try {
    for await (const line of lines) {
      number++
      verifier.follow(readLine(line))
    }
    number++
    return verifier.conclude()
  } catch (fault) {
    if (fault instanceof Wrong) return { ok: false, line: number, why: fault.message }
    throw fault
  }
}

class Verifier {
  private readonly known: Known
  private header: Header | undefined
  private footer: Footer | undefined
  private position = 0
  private hash = ''
  /** By position, those that the chain has not reached yet. */
  private readonly ahead = new Map<number, Checkpoint[]>()
  private checkpoints = 0

  constructor(known: Known) {
    this.known = known
  }

  follow(line: ExportLine | undefined): void {
    if (!line) throw new Wrong('This is not a line as an export writes it.')
    if (this.footer) throw new Wrong('Something follows the footer.')
    const { header } = this
    if (line.kind === 'header') {
      this.begin(line)
      return
    }
    if (!header) throw new Wrong('The first line is not the header of an export.')
    switch (line.kind) {
      case 'checkpoint':
        this.requireSigned(line, header)
        this.checkpoints++
        this.expect(line)
        break
      case 'event':
        this.link(line, header)
        break
      case 'missing':
        throw new Wrong(`The event ${line.eventId} at position ${line.position} is missing.`)
      case 'footer':
        this.end(line, header)
        break
      default:
        line satisfies never
    }
  }

  conclude(): Verdict {
    const { header, footer } = this
    if (!header) throw new Wrong('There is nothing in it.')
    if (!footer) throw new Wrong('The export breaks off: its footer is missing.')
    const { workspaceId, publicKeys } = header
    const { position: events, hash, at } = footer
    return { ok: true, workspaceId, events, hash, at, checkpoints: this.checkpoints, publicKeys }
  }

  private begin(header: Header): void {
    if (this.header) throw new Wrong('This is a second header.')
    const { publicKeys, checkpoint } = this.known
    const stranger = header.publicKeys.find(({ publicKey }) => publicKeys && !publicKeys.includes(publicKey))
    if (stranger)
      throw new Wrong(`It is signed with ${stranger.publicKey}, which is not a key that was given.`)
    const versions = new Set(header.publicKeys.map(({ keyVersion }) => keyVersion))
    if (versions.size < header.publicKeys.length) throw new Wrong('Two keys have the same version.')
    this.header = header
    this.hash = genesisHash(header.workspaceId)
    if (checkpoint) this.remember(checkpoint, header)
  }

  /** The checkpoint that was given may be older than every key of the export. */
  private remember(checkpoint: Checkpoint, header: Header): void {
    if (checkpoint.workspaceId !== header.workspaceId)
      throw new Wrong(`The checkpoint that was given is of workspace ${checkpoint.workspaceId}.`)
    const { keyVersion, publicKey } = checkpoint
    const same = header.publicKeys.find((key) => key.keyVersion === keyVersion)
    if (same && same.publicKey !== publicKey)
      throw new Wrong(`Its key of version ${keyVersion} is not that of the checkpoint that was given.`)
    if (!isGenuine(checkpoint)) throw new Wrong('The checkpoint that was given is not signed by its key.')
    this.expect(checkpoint)
  }

  private requireSigned(told: Checkpoint | Footer, { workspaceId, publicKeys }: Header): void {
    if (told.workspaceId !== workspaceId)
      throw new Wrong(`This ${told.kind} is of workspace ${told.workspaceId}, not of ${workspaceId}.`)
    const isListed = publicKeys.some(
      ({ keyVersion, publicKey }) => keyVersion === told.keyVersion && publicKey === told.publicKey,
    )
    if (!isListed) throw new Wrong(`The key of this ${told.kind} is not one of the header's.`)
    if (!isGenuine(told)) throw new Wrong(`The signature of this ${told.kind} does not fit it.`)
  }

  private expect(checkpoint: Checkpoint): void {
    const { position } = checkpoint
    if (position < this.position) throw new Wrong('This checkpoint comes after the events it speaks of.')
    if (position === this.position) this.compare(checkpoint)
    else this.ahead.set(position, [...(this.ahead.get(position) ?? []), checkpoint])
  }

  private link({ position, hash, event }: ExportLine & { kind: 'event' }, { workspaceId }: Header): void {
    const next = this.position + 1
    if (position !== next) throw new Wrong(`Position ${next} was expected here, not ${position}.`)
    if (event.workspace_id !== workspaceId)
      throw new Wrong(`The event at position ${position} is of another workspace.`)
    if (linkHash(this.hash, position, event) !== hash)
      throw new Wrong(
        `The event at position ${position} is not the one that was linked there, or not in its place.`,
      )
    this.position = position
    this.hash = hash
    for (const checkpoint of this.ahead.get(position) ?? []) this.compare(checkpoint)
    this.ahead.delete(position)
  }

  private compare({ position, hash, at }: Checkpoint): void {
    if (hash !== this.hash)
      throw new Wrong(`Up to position ${position} the chain is not the one that was signed at ${at}.`)
  }

  private end(footer: Footer, header: Header): void {
    this.requireSigned(footer, header)
    if (footer.position !== this.position)
      throw new Wrong(`The footer speaks of ${footer.position} events, here are ${this.position}.`)
    if (footer.hash !== this.hash) throw new Wrong('The footer speaks of another chain.')
    const [beyond] = [...this.ahead.values()].flat()
    if (beyond)
      throw new Wrong(
        `The chain ends at position ${this.position}, but at ${beyond.at} it reached ${beyond.position}: its end was cut off.`,
      )
    this.footer = footer
  }
}
