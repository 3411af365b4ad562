import type { z } from 'zod'
import type { AccountType, Plan, Region } from '#contract/common.ts'
import type { Role, Scope } from '#contract/permissions.ts'
import type { Cell } from '../cells/cells.ts'
import type { Db, Tx } from '../cells/database.ts'

/** The workspace a request is about. */
type ActingWorkspace = {
  id: string
  username: string
  displayName: string
  accountType: z.output<typeof AccountType>
  plan: Plan
  region: Region
  cell: Cell
  /** Whether members act here only in a strong session. */
  secondFactorRequired: boolean
  /** Its Enterprise licence has run out: only the owner gets in. */
  licenseExpired: boolean
  /** When that will happen; null when it has happened, or never will. */
  licenseUntil: Date | null
  /** Members and pending invites it may have. */
  seatsMax: number
}

export type SessionCredential = {
  kind: 'session'
  sessionId: string
  /** The cell of the person, not of the workspace. */
  cell: Cell
  createdAt: Date
  expiresAt: Date
  /** When the person last proved who they are. */
  authenticatedAt: Date
  /** Whether a second factor, or a passkey, opened it. */
  isStrong: boolean
  /** Where it acts when a request names no workspace; null: in the person's own. */
  active: { cellId: string; workspaceId: string } | null
}

export type KeyCredential = {
  kind: 'key'
  keyId: string
  keyPrefix: string
  scopes: readonly Scope[] | null
  expiresAt: Date | null
  pausedAt: Date | null
  /** Addresses and ranges it works from; null: anywhere. */
  allowedAddresses: readonly string[] | null
}

/** By what a person acts. */
export type Credential = SessionCredential | KeyCredential

/** Who is acting, on which workspace and with what role: decided by the door, handed to every command as one value. */
export type Actor = {
  userId: string
  credential: Credential
  workspace: ActingWorkspace
  role: Role
  client: ClientDetails
  /** Seals where the request came from, for what is written about it. */
  sealDetails: SealDetails
}

/** Where a request came from. Personal: stored sealed, never logged. */
export type ClientDetails = { ip: string; userAgent: string; requestId: string }

/** Seals details of a request for the row named by `identity`, under the data key that the person has in this cell; undefined when they
 *  have none there. `app.ts` hands it in. */
export type SealDetails = (
  db: Db | Tx,
  userId: string,
  identity: string,
  details: ClientDetails,
) => Promise<Buffer | undefined>

export type Membership = { workspace: ActingWorkspace; role: Role }

/** At once where it is remembered. */
type Found<T> = T | undefined | Promise<T | undefined>

/** The answers the door needs; `app.ts` hands it those that areas give. */
export type Identity = {
  /** The person of a session cookie, with their own workspace. Undefined when it is unknown, ended or too old. */
  findSession(cookie: string, at: Date): Found<Membership & { userId: string; credential: SessionCredential }>
  /** The key of this value with the current role of the person who made it. Undefined when it is not live. */
  findKey(value: string, at: Date): Found<Membership & { userId: string; credential: KeyCredential }>
  /** A workspace by its username, when the person is a member of it. */
  findMembership(username: string, userId: string, at: Date): Found<Membership>
  /** The active workspace of a session, when the person is still a member of it. */
  findActive(active: NonNullable<SessionCredential['active']>, userId: string, at: Date): Found<Membership>
}
