import { randomUUID } from 'node:crypto'
import { and, eq, inArray, lt, or, sql } from 'drizzle-orm'
import { askMany } from '../cells/ask-many.ts'
import type { Database } from '../cells/database.ts'
import { secondsAfter } from '../clock.ts'
import { keyedDigest } from '../crypto/digest.ts'
import { Batch } from '../gate/batch.ts'
import { type EntryKind, entries, type ReleasedBy, usedTokens } from './table.ts'

/** How long a half-done change may take before the janitor settles it. Longer than any statement may run. */
export const leaseSeconds = 120

/** Where something lives: its cell and its opaque id there. */
export type Place = { cellId: string; subjectId: string }

/** `memberId` says whose a membership or a team slot is. */
export type EntryKey = { kind: EntryKind; digest: Buffer; memberId?: string }

/** Reserved entries of one change: confirmed together, or given up together. */
export type Claim = { id: string; keys: readonly EntryKey[] }

export type Unsettled = EntryKey &
  Place & { state: 'reserved' | 'releasing'; claimId: string; releasedBy: ReleasedBy | null }

/** A membership or a team slot of a person, and where its workspace lives. */
export type Held = EntryKey & Place

/** Any of these, by kind and digest. The digests go as one parameter each kind, however many they are. */
const anyOf = (keys: readonly EntryKey[]) => {
  const byKind = Map.groupBy(keys, ({ kind }) => kind)
  return or(
    ...[...byKind].map(([kind, group]) => {
      const digests = sql.param(group.map(({ digest }) => digest))
      return and(eq(entries.kind, kind), sql`${entries.digest} = any(${digests}::bytea[])`)
    }),
  )
}

type Reservation = EntryKey & Place & { claimId: string; leaseUntil: Date }

/** The global digest → cell map. Two-store writes reserve here, write the cell, then confirm; taking away releases here first
 *  (ARCHITECTURE decision 3). What many ask of it at once shares statements, and so the flush of their commit (decision 0051). */
export class Directory {
  readonly database: Database
  private readonly secret: Buffer
  private readonly reservations = new Batch((rows: readonly Reservation[]) => this.reserveMany(rows))
  private readonly confirmations = new Batch((claims: readonly Claim[]) => this.confirmMany(claims))
  constructor(database: Database, secret: Buffer) {
    this.database = database
    this.secret = secret
  }

  /** The digest of something that can be guessed; the caller has normalised it. */
  guessable(kind: 'email' | 'username' | 'external_login', text: string): EntryKey {
    return { kind, digest: keyedDigest(this.secret, kind, text) }
  }

  /** Where a confirmed entry points, or undefined. */
  async find({ kind, digest }: EntryKey): Promise<Place | undefined> {
    const [place] = await this.findAll(kind, [digest])
    return place
  }

  /** Where entries of one kind point, in the order of their digests; undefined for those that are not confirmed. */
  async findAll(kind: EntryKind, digests: readonly Buffer[]): Promise<(Place | undefined)[]> {
    // Plain prepared SQL: this is on the way of every request that carries a key the node has not seen yet.
    const rows = await askMany<Place & { n: number }>(
      this.database.pool,
      'directory_find_all',
      `select asked.n::int as n, entries.cell_id as "cellId", entries.subject_id as "subjectId"
       from unnest($1::bytea[]) with ordinality as asked (digest, n)
       join entries on entries.kind = $2 and entries.digest = asked.digest and entries.state = 'confirmed'`,
      [digests, kind],
    )
    return rows.map((row) => row && { cellId: row.cellId, subjectId: row.subjectId })
  }

  /** The cell that holds a confirmed subject, whatever it is known by; undefined when it holds nothing. */
  async findCellOf(subjectId: string): Promise<string | undefined> {
    const [row] = await this.database.db
      .select({ cellId: entries.cellId })
      .from(entries)
      .where(and(eq(entries.subjectId, subjectId), eq(entries.state, 'confirmed')))
      .limit(1)
    return row?.cellId
  }

  /** The workspaces somebody belongs to, or the slots of teams they own. */
  async listHeld(kind: 'membership' | 'team_slot', memberId: string): Promise<Held[]> {
    return this.database.db
      .select({
        kind: entries.kind,
        digest: entries.digest,
        cellId: entries.cellId,
        subjectId: entries.subjectId,
      })
      .from(entries)
      .where(and(eq(entries.memberId, memberId), eq(entries.kind, kind), eq(entries.state, 'confirmed')))
  }

  /** Which of these entries nobody holds, in their order; half-done changes count as held. */
  async listFree<K extends EntryKey>(keys: readonly K[]): Promise<K[]> {
    const held = await this.database.db
      .select({ digest: entries.digest })
      .from(entries)
      .where(
        and(
          inArray(entries.kind, [...new Set(keys.map(({ kind }) => kind))]),
          inArray(
            entries.digest,
            keys.map(({ digest }) => digest),
          ),
        ),
      )
    return keys.filter((key) => !held.some(({ digest }) => digest.equals(key.digest)))
  }

  /** Who holds the entry, half-done changes included. */
  async findHolder({ kind, digest }: EntryKey): Promise<string | undefined> {
    const [row] = await this.database.db
      .select({ subjectId: entries.subjectId })
      .from(entries)
      .where(and(eq(entries.kind, kind), eq(entries.digest, digest)))
    return row?.subjectId
  }

  /** Whether anybody holds the entry, half-done changes included. */
  async isTaken({ kind, digest }: EntryKey): Promise<boolean> {
    const found = await this.database.db
      .select({ state: entries.state })
      .from(entries)
      .where(and(eq(entries.kind, kind), eq(entries.digest, digest)))
    return found.length > 0
  }

  /** Reserves all keys for one subject, or none: returns the first kind that somebody already holds. */
  async reserve(keys: readonly EntryKey[], place: Place, at: Date): Promise<Claim | { taken: EntryKind }> {
    const claim = { id: randomUUID(), keys }
    const [only, ...more] = keys
    const leaseUntil = secondsAfter(at, leaseSeconds)
    if (only && more.length === 0) {
      const isOurs = await this.reservations.find({ ...only, ...place, claimId: claim.id, leaseUntil })
      return isOurs ? claim : { taken: only.kind }
    }
    const rows = keys.map((key) => ({
      ...key,
      ...place,
      claimId: claim.id,
      state: 'reserved' as const,
      leaseUntil,
    }))
    return this.database.db.transaction(async (tx) => {
      const held = await tx
        .insert(entries)
        .values(rows)
        .onConflictDoNothing()
        .returning({ kind: entries.kind })
      const missing = keys.find((key) => !held.some((row) => row.kind === key.kind))
      if (!missing) return claim
      await tx.delete(entries).where(eq(entries.claimId, claim.id))
      return { taken: missing.kind }
    })
  }

  /** Which of them are reserved now: one of two with the same digest. In an order, so that batches which want the same do not wait for each
   *  other both ways. */
  private async reserveMany(rows: readonly Reservation[]): Promise<(true | undefined)[]> {
    const { rows: held } = await this.database.pool.query<{ claimId: string }>({
      name: 'directory_reserve',
      text: `insert into entries (kind, digest, member_id, cell_id, subject_id, claim_id, lease_until, state)
        select *, 'reserved' from unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::timestamptz[])
        order by 1, 2
        on conflict do nothing returning claim_id as "claimId"`,
      values: [
        ...[rows.map(({ kind }) => kind), rows.map(({ digest }) => digest)],
        ...[rows.map(({ memberId }) => memberId ?? null), rows.map(({ cellId }) => cellId)],
        ...[rows.map(({ subjectId }) => subjectId), rows.map(({ claimId }) => claimId)],
        rows.map(({ leaseUntil }) => leaseUntil),
      ],
    })
    const claims = new Set(held.map(({ claimId }) => claimId))
    return rows.map(({ claimId }) => claims.has(claimId) || undefined)
  }

  /** Puts a claim in force. False when the janitor gave it up meanwhile: the caller must undo what it wrote. He may also have found it
   *  written and confirmed it, which is as good. */
  async confirm(claim: Claim): Promise<boolean> {
    return (await this.confirmations.find(claim)) === claim.keys.length
  }

  /** How many entries of each claim are in force now. They are found by their keys, which have an index. */
  private async confirmMany(claims: readonly Claim[]): Promise<(number | undefined)[]> {
    const keys = claims.flatMap(({ id, keys }) => keys.map((key) => ({ ...key, claimId: id })))
    const { rows } = await this.database.pool.query<{ claimId: string }>({
      name: 'directory_confirm',
      // Locked in an order, for the reason above.
      text: `with ours as materialized (
          select kind, digest from entries
          join unnest($1::text[], $2::bytea[], $3::uuid[]) as asked (kind, digest, claim_id) using (kind, digest, claim_id)
          where state in ('reserved', 'confirmed')
          order by kind, digest for update of entries
        )
        update entries set state = 'confirmed', lease_until = null
        from ours where entries.kind = ours.kind and entries.digest = ours.digest
        returning entries.claim_id as "claimId"`,
      values: [
        keys.map(({ kind }) => kind),
        keys.map(({ digest }) => digest),
        keys.map(({ claimId }) => claimId),
      ],
    })
    const byClaim = Map.groupBy(rows, ({ claimId }) => claimId)
    return claims.map(({ id }) => byClaim.get(id)?.length)
  }

  /** Gives up a claim that was not confirmed. */
  async giveUp(claimId: string): Promise<void> {
    await this.database.db
      .delete(entries)
      .where(and(eq(entries.claimId, claimId), eq(entries.state, 'reserved')))
  }

  /** Ends access: from here on the entries are not found. The cell follows; `forget` then removes them. */
  async release(keys: readonly EntryKey[], by: ReleasedBy, at: Date): Promise<void> {
    if (keys.length === 0) return
    await this.database.db
      .update(entries)
      .set({ state: 'releasing', releasedBy: by, leaseUntil: secondsAfter(at, leaseSeconds) })
      .where(and(anyOf(keys), inArray(entries.state, ['reserved', 'confirmed'])))
  }

  /** Removes released entries once their cell has followed. */
  async forget(keys: readonly EntryKey[]): Promise<void> {
    if (keys.length === 0) return
    await this.database.db.delete(entries).where(and(anyOf(keys), eq(entries.state, 'releasing')))
  }

  /** Takes a name out of use for ever: nobody finds it, and nobody gets it again (SPEC 1.2). Safe to repeat. */
  async retire(key: EntryKey): Promise<void> {
    await this.database.db
      .update(entries)
      .set({ state: 'retired', leaseUntil: null })
      .where(anyOf([key]))
  }

  /** Half-done changes whose lease has run out, for the janitor. */
  async listUnsettled(
    kinds: readonly EntryKind[],
    at: Date,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<Unsettled[]> {
    const rows = await this.database.db
      .select()
      .from(entries)
      .where(and(inArray(entries.kind, [...kinds]), lt(entries.leaseUntil, at)))
      .orderBy(entries.leaseUntil, entries.kind, entries.digest)
      .limit(limit)
      .offset(offset)
    return rows as Unsettled[]
  }

  /** Confirms what a crash left reserved although its cell was written. */
  async confirmUnsettled(claimId: string): Promise<void> {
    await this.database.db
      .update(entries)
      .set({ state: 'confirmed', leaseUntil: null })
      .where(and(eq(entries.claimId, claimId), eq(entries.state, 'reserved')))
  }

  /** Marks a token that lives outside, a challenge or a state, as used. True for the first of many who try at once, false for every
   *  other; with `usedBy`, an opaque id, true again for the same one. Nothing is stored of tokens that are never used. */
  async spendToken(id: string, expiresAt: Date, usedBy: string | null = null): Promise<boolean> {
    const marked = await this.database.db
      .insert(usedTokens)
      .values({ id, usedBy, expiresAt })
      .onConflictDoUpdate({
        target: usedTokens.id,
        set: { usedBy },
        setWhere: sql`${usedTokens.usedBy} = excluded.used_by`,
      })
      .returning({ id: usedTokens.id })
    return marked.length === 1
  }

  /** Forgets used tokens that have lapsed since. */
  async sweepUsedTokens(at: Date): Promise<void> {
    await this.database.db.delete(usedTokens).where(lt(usedTokens.expiresAt, at))
  }
}
