import { z } from 'zod'
import { WorkspaceCard } from './accounts.ts'
import { AccountType, Email, OwnerQuery, Region, RoleName, Success, Time, UserId } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Receipt } from './receipt.ts'

/** What a member can be made. Ownership is handed over, never given (SPEC 4.7). */
export const GivenRole = z.enum(['admin', 'editor', 'viewer'])
export type GivenRole = z.output<typeof GivenRole>

/** How long an invite can be accepted (SPEC 4.5). */
export const inviteDays = 14

const Member = z
  .object({
    /** Absent for a pending invite. */
    userId: z.string().optional(),
    /** Of a pending invite: its address. */
    username: z.string(),
    displayName: z.string().optional(),
    email: z.string(),
    role: RoleName,
    status: z.enum(['pending', 'active']),
    /** Of a pending invite: when it was sent first. */
    joinedAt: Time,
    imageUrl: z.string().optional(),
    /** The name of who invited them. */
    invitedBy: z.string().optional(),
    inviteId: z.string().optional(),
    inviteCreatedAt: Time.optional(),
    inviteExpiresAt: Time.optional(),
    /** Where this person's own data lives, when that is another region than the workspace's. */
    region: Region.optional(),
  })
  .meta({ id: 'Member' })

export const listMembers = endpoint({
  method: 'GET',
  path: '/api/members',
  summary: 'Members, highest role first, then pending invites',
  query: OwnerQuery,
  reply: z.object({ members: z.array(Member), maxSeats: z.number() }),
})

export const inviteMember = endpoint({
  method: 'POST',
  path: '/api/members',
  summary: 'Invite somebody by e-mail',
  description: `Takes a seat at once. The mailed link holds for ${inviteDays} days, and only somebody who has proved that address can accept. Inviting an admin is the owner's.`,
  query: OwnerQuery,
  body: z.strictObject({ email: Email, role: GivenRole, owner: OwnerQuery.shape.owner }),
  reply: z.object({ invited: z.literal(true), email: z.string(), inviteId: z.string() }),
})

export const changeRole = endpoint({
  method: 'PATCH',
  path: '/api/members/:userId',
  summary: 'Give a member another role',
  query: OwnerQuery,
  params: z.strictObject({ userId: UserId }),
  body: z.strictObject({ role: GivenRole }),
  reply: Success.extend({ receipt: Receipt }),
})

export const removeMember = endpoint({
  method: 'DELETE',
  path: '/api/members/:userId',
  summary: 'Remove a member; with your own id: leave',
  description: 'Access ends at once, and the keys they made here are revoked. What they created stays.',
  query: OwnerQuery,
  params: z.strictObject({ userId: UserId }),
  reply: Success.extend({ receipt: Receipt }),
})

export const transferOwnership = endpoint({
  method: 'POST',
  path: '/api/members/transfer-ownership',
  summary: 'Make another member the owner; you become an admin',
  description: 'Only the new owner can reverse it. The team counts against their limit.',
  query: OwnerQuery,
  body: z.strictObject({ targetUserId: UserId }),
  reply: Success.extend({ receipt: Receipt }),
})

const InviteId = z.strictObject({ id: z.string().min(1).max(128) })

export const cancelInvite = endpoint({
  method: 'DELETE',
  path: '/api/invites/:id',
  summary: 'Cancel a pending invite, which frees its seat',
  query: OwnerQuery,
  params: InviteId,
  reply: Success,
})

export const resendInvite = endpoint({
  method: 'POST',
  path: '/api/invites/:id/resend',
  summary: 'Mail a fresh link; the earlier one stops working',
  query: OwnerQuery,
  params: InviteId,
  reply: z.object({ success: z.literal(true), expiresAt: Time }),
})

/** 32 random bytes in base64url. Whatever else is written there was never a token of ours, so the shape is lenient. */
const InviteToken = z.string().min(1).max(200)

export const getInvite = endpoint({
  method: 'GET',
  path: '/api/invites/info',
  summary: 'What a mailed invite is about',
  description: 'Whoever holds the link may ask. A cancelled or replaced link answers like an unknown one.',
  query: z.strictObject({ token: InviteToken }),
  reply: z.object({
    workspace: z.object({
      username: z.string(),
      displayName: z.string(),
      accountType: AccountType,
      region: Region,
      imageUrl: z.string().optional(),
      iconColor: z.string().optional(),
      iconLetter: z.string().optional(),
    }),
    role: GivenRole,
    email: z.string(),
    /** The name of who invited. */
    invitedBy: z.string(),
    expiresAt: Time,
    status: z.enum(['pending', 'accepted', 'expired']),
  }),
})

export const acceptInvite = endpoint({
  method: 'POST',
  path: '/api/invites/accept',
  summary: 'Join the workspace an invite is for',
  description:
    'The signed-in person must have proved the invited address. Their name and that address are shared with the workspace, which may keep them in another data region.',
  body: z.strictObject({ token: InviteToken }),
  reply: z.object({ success: z.literal(true), workspace: WorkspaceCard.extend({ role: RoleName }) }),
})
