import { z } from 'zod'
import { Username, WorkspaceCard } from './accounts.ts'
import { AccountType, DeniedReason, OwnerQuery, Plan, Region, RoleName, Success } from './common.ts'
import { endpoint } from './endpoint.ts'
import { DisplayName } from './profile-fields.ts'

/** SPEC 4.2. */
export const ownedTeamsMax = 5

export const listTeams = endpoint({
  method: 'GET',
  path: '/api/teams',
  summary: 'The workspaces of other people and of teams that you belong to, by name',
  reply: z.object({
    teams: z.array(
      z.object({
        /** The id of the workspace. */
        userId: z.string(),
        username: z.string(),
        fullName: z.string().optional(),
        /** `personal` when somebody shares their own workspace. */
        accountType: AccountType,
        imageUrl: z.string().optional(),
        iconColor: z.string().optional(),
        iconLetter: z.string().optional(),
        plan: Plan,
        region: Region,
        role: RoleName,
        /** Why you cannot act in it right now. */
        deniedReason: DeniedReason.optional(),
      }),
    ),
    /** Data regions that did not answer: teams there are missing from the list. */
    unreachable: z.array(Region),
  }),
})

export const createTeam = endpoint({
  method: 'POST',
  path: '/api/teams/create',
  summary: 'Create a team, which you then own',
  description: `It is kept in your own data region and begins on the Free plan. A person owns at most ${ownedTeamsMax} teams. Its username is permanent.`,
  body: z.strictObject({ username: Username, fullName: DisplayName }),
  reply: z.object({
    team: z.object({
      userId: z.string(),
      username: z.string(),
      fullName: z.string(),
      iconColor: z.string(),
      iconLetter: z.string(),
      plan: Plan,
      region: Region,
      role: z.literal('owner'),
    }),
  }),
})

export const switchWorkspace = endpoint({
  method: 'POST',
  path: '/api/auth/workspace',
  summary: 'Make another of your workspaces the active one of this session',
  description: 'What a session does without naming an `owner` happens in the active workspace.',
  body: z.strictObject({ username: z.string().min(1).max(64) }),
  reply: z.object({ workspace: WorkspaceCard.extend({ role: RoleName }) }),
})

export const deleteTeam = endpoint({
  method: 'POST',
  path: '/api/gdpr',
  summary: 'Delete a team with everything in it',
  description:
    'Access ends at once; its data is removed in the background. Only the owner, alone in it, shortly after signing in or confirming. There is no way back, and its username is never given out again.',
  query: OwnerQuery,
  body: z.strictObject({
    action: z.literal('delete'),
    confirmationWord: z.string().max(64),
    teamUsername: z.string().min(1).max(64),
  }),
  reply: Success,
})
