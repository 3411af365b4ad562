import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeKeyRing } from '../../../crypto/key-ring.ts'
import { eventFields, genesisHash, linkHash, type StoredEvent } from './canonical-event.ts'
import { type ExportLine, exportForm, writeLine } from './export-form.ts'
import { type Checkpoint, signed } from './signed.ts'
import { signingKeyOf } from './signing-key.ts'
import { verifyExport } from './verify-export.ts'

const ring = makeKeyRing(new Map([[1, randomBytes(32)]]))
const key = signingKeyOf(ring)
const at = new Date('2026-03-02T09:00:00.000Z')
const workspaceId = 'workspace-a'

const written = fc.option(fc.string({ unit: 'grapheme', maxLength: 12 }), { nil: null })
const fields = fc.record(
  Object.fromEntries(eventFields.map((field) => [field, written])),
) as fc.Arbitrary<StoredEvent>
const chains = fc.array(fields, { minLength: 1, maxLength: 12 })

/** An export of these events as it is written, with a checkpoint after each third. */
const exportOf = (events: readonly StoredEvent[], { of = workspaceId, by = key } = {}): ExportLine[] => {
  let hash = genesisHash(of)
  const checkpoints: Checkpoint[] = []
  const links = events.map((event, index): ExportLine => {
    const position = index + 1
    const own = { ...event, workspace_id: of }
    hash = linkHash(hash, position, own)
    if (position % 3 === 0)
      checkpoints.push(signed(by, 'checkpoint', { workspaceId: of, position, hash, at }))
    return { kind: 'event', position, hash, event: own }
  })
  const publicKeys = [{ keyVersion: by.version, publicKey: by.publicKey }]
  return [
    { kind: 'header', form: exportForm, workspaceId: of, publicKeys },
    ...checkpoints,
    ...links,
    signed(by, 'footer', { workspaceId: of, position: events.length, hash, at }),
  ]
}

const textOf = (lines: readonly ExportLine[]): string[] => lines.map(writeLine)
const isEvent = (line: ExportLine): line is ExportLine & { kind: 'event' } => line.kind === 'event'

test('an export verifies as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fields, { maxLength: 12 }), async (events) => {
      const verdict = await verifyExport(textOf(exportOf(events)), { publicKeys: [key.publicKey] })
      expect(verdict).toMatchObject({
        ok: true,
        workspaceId,
        events: events.length,
        checkpoints: Math.floor(events.length / 3),
      })
    }),
  )
})

test('a change of any field of any event is found, and told at its line', async () => {
  await fc.assert(
    fc.asyncProperty(
      chains,
      fc.nat(),
      fc.constantFrom(...eventFields),
      written,
      async (events, n, field, value) => {
        const lines = exportOf(events)
        const links = lines.filter(isEvent)
        const link = links[n % links.length]!
        fc.pre(link.event[field] !== value)
        link.event[field] = value
        const verdict = await verifyExport(textOf(lines))
        expect(verdict).toMatchObject({ ok: false, line: lines.indexOf(link) + 1 })
      },
    ),
  )
})

test('any line that is removed, written twice, or moved is found', async () => {
  await fc.assert(
    fc.asyncProperty(chains, fc.nat(), fc.nat(), async (events, one, other) => {
      const lines = textOf(exportOf(events))
      const from = one % lines.length
      const to = other % lines.length
      const isCheckpoint = (line = '') => line.startsWith('{"kind":"checkpoint"')
      // The order of checkpoints says nothing, nor does it matter how many an export holds.
      fc.pre(!isCheckpoint(lines[from]))
      const [line = ''] = lines.slice(from)
      const removed = lines.toSpliced(from, 1)
      expect((await verifyExport(removed)).ok).toBe(false)
      expect((await verifyExport(lines.toSpliced(to, 0, line))).ok).toBe(false)
      const moved = removed.toSpliced(to, 0, line)
      fc.pre(moved.some((text, index) => text !== lines[index]))
      // A header or a link may change places with checkpoints only where nothing is told by it.
      const bare = (texts: string[]) => texts.filter((text) => !isCheckpoint(text)).join('\n')
      if (bare(moved) !== bare(lines)) expect((await verifyExport(moved)).ok).toBe(false)
    }),
  )
})

test('any character that is changed, added or taken away is found', async () => {
  await fc.assert(
    fc.asyncProperty(chains, fc.nat(), fc.nat(), fc.string({ maxLength: 2 }), async (events, n, at, put) => {
      const lines = textOf(exportOf(events))
      const index = n % lines.length
      const line = lines[index]!
      const changed = line.slice(0, at % line.length) + put + line.slice((at % line.length) + 1)
      fc.pre(changed !== line)
      expect((await verifyExport(lines.with(index, changed))).ok).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('an event put in between is found, even when all that follows is reckoned anew', async () => {
  await fc.assert(
    fc.asyncProperty(chains, fields, fc.nat(), async (events, event, n) => {
      const honest = exportOf(events)
      const forged = exportOf(events.toSpliced(n % (events.length + 1), 0, event))
      const footer = honest.at(-1)!
      expect((await verifyExport(textOf([...forged.slice(0, -1), footer]))).ok).toBe(false)
    }),
  )
})

test('an end that was cut off is found by the footer, by a checkpoint in the export, and by one kept elsewhere', async () => {
  await fc.assert(
    fc.asyncProperty(chains, fc.nat(), async (events, n) => {
      const kept = n % events.length
      const honest = exportOf(events)
      const short = exportOf(events.slice(0, kept))
      // The lines are gone and the footer is the old one, or gone as well.
      const cut = [...short.slice(0, -1), honest.at(-1)!]
      expect((await verifyExport(textOf(cut))).ok).toBe(false)
      expect(await verifyExport(textOf(short.slice(0, -1)))).toMatchObject({
        ok: false,
        why: 'The export breaks off: its footer is missing.',
      })
      // The chain itself was cut and signed again.
      const { hash = '' } = honest.filter(isEvent).at(-1) ?? {}
      const checkpoint = signed(key, 'checkpoint', { workspaceId, position: events.length, hash, at })
      expect((await verifyExport(textOf(short), { checkpoint })).ok).toBe(false)
      expect((await verifyExport(textOf(short.toSpliced(1, 0, checkpoint)))).ok).toBe(false)
      expect((await verifyExport(textOf(honest), { checkpoint })).ok).toBe(true)
    }),
  )
})

const events = Array.from(
  { length: 4 },
  (_, n) => Object.fromEntries(eventFields.map((field) => [field, `${field} ${n}`])) as StoredEvent,
)
const strange = signingKeyOf(makeKeyRing(new Map([[1, randomBytes(32)]])))

test('a header, a checkpoint or a footer of another workspace is found', async () => {
  const own = exportOf(events)
  const other = exportOf(events, { of: 'workspace-b' })
  for (const index of own.keys()) {
    const mixed = textOf(own.with(index, other[index]!))
    expect((await verifyExport(mixed)).ok, `line ${index + 1}`).toBe(false)
  }
  expect(await verifyExport(textOf(own.with(-1, other.at(-1)!)))).toEqual({
    ok: false,
    line: own.length,
    why: 'This footer is of workspace workspace-b, not of workspace-a.',
  })
})

test('an export signed with another key is whole by itself, and refused by whoever knows the right one', async () => {
  const forged = textOf(exportOf(events, { by: strange }))
  expect(await verifyExport(forged)).toMatchObject({
    ok: true,
    publicKeys: [{ publicKey: strange.publicKey }],
  })
  expect(await verifyExport(forged, { publicKeys: [key.publicKey] })).toEqual({
    ok: false,
    line: 1,
    why: `It is signed with ${strange.publicKey}, which is not a key that was given.`,
  })
  const checkpoint = exportOf(events).find((line) => line.kind === 'checkpoint')!
  expect(await verifyExport(forged, { checkpoint })).toMatchObject({ ok: false, line: 1 })
})

test('a key that the header does not name signs nothing', async () => {
  const own = exportOf(events)
  const forged = exportOf(events, { by: strange })
  for (const index of [1, own.length - 1])
    expect(await verifyExport(textOf(own.with(index, forged[index]!)))).toMatchObject({
      ok: false,
      line: index + 1,
    })
})

test('after the master key was changed old checkpoints and new ones verify together, each by its own key', async () => {
  const newer = signingKeyOf(
    makeKeyRing(
      new Map([
        [1, randomBytes(32)],
        [2, randomBytes(32)],
      ]),
    ),
  )
  const [, ...rest] = exportOf(events)
  const { hash } = rest.at(-1) as { hash: string }
  const header: ExportLine = {
    kind: 'header',
    form: exportForm,
    workspaceId,
    publicKeys: [key, newer].map(({ version, publicKey }) => ({ keyVersion: version, publicKey })),
  }
  const footer = signed(newer, 'footer', { workspaceId, position: events.length, hash, at })
  const lines = textOf([header, ...rest.slice(0, -1), footer])
  expect(await verifyExport(lines, { publicKeys: [key.publicKey, newer.publicKey] })).toMatchObject({
    ok: true,
  })
  expect((await verifyExport(lines, { publicKeys: [newer.publicKey] })).ok).toBe(false)
})

test('the same key comes of the same master key, and another of every version', () => {
  expect(signingKeyOf(ring).publicKey).toBe(key.publicKey)
  expect(Buffer.from(key.publicKey, 'base64')).toHaveLength(32)
  expect(strange.publicKey).not.toBe(key.publicKey)
})

test('no two events are written alike, however their values are divided', () => {
  fc.assert(
    fc.property(fields, fields, (one, other) => {
      fc.pre(eventFields.some((field) => one[field] !== other[field]))
      expect(linkHash('', 1, one)).not.toBe(linkHash('', 1, other))
    }),
  )
  const empty = Object.fromEntries(eventFields.map((field) => [field, null])) as StoredEvent
  expect(linkHash('', 1, { ...empty, user_id: '' })).not.toBe(linkHash('', 1, empty))
  expect(linkHash('', 1, { ...empty, user_id: '1:a,' })).not.toBe(
    linkHash('', 1, { ...empty, user_id: '1:b,' }),
  )
})

test('a value that only looks like text of ours is refused: half a character, a field twice, a space too many', async () => {
  const lines = textOf(exportOf([{ ...events[0]!, resource_name: '\ufffd' }]))
  const link = lines[1]!
  for (const changed of [
    link.replace('\ufffd', '\\ud800'),
    link.replace('"action":', '"action":"hidden","action":'),
    link.replace('":"', '": "'),
    `${link}\r`,
    `\ufeff${link}`,
    '',
    'null',
    '[]',
  ])
    expect(await verifyExport(lines.with(1, changed))).toEqual({
      ok: false,
      line: 2,
      why: 'This is not a line as an export writes it.',
    })
})

test('the form is the one that was published: this hash never changes', () => {
  const event: StoredEvent = {
    seq: '7',
    id: '65e2f3a0b1c2d3e4f5a6b7c8',
    workspace_id: 'w',
    user_id: 'u',
    resource_type: 'project',
    action: 'created',
    resource_id: 'p',
    resource_name: 'Straße',
    metadata: '{"kind": "member", "before": 1.0}',
    created_at: '2026-03-02T09:00:00.123456Z',
    client_sealed: null,
  }
  expect(genesisHash('w')).toMatchInlineSnapshot(
    `"cbe595d2d9135b617874e64546ac5d4c3ad7d1f0a7f75e58743a8211af128225"`,
  )
  expect(linkHash(genesisHash('w'), 1, event)).toMatchInlineSnapshot(
    `"03c545aa88dcddc64a937f2270686d68d1190bcdc8386f3e5cb1cf47e540f266"`,
  )
})
