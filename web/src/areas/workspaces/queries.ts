import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { getSettings, updateSettings } from '#contract/accounts.ts'
import type { Input, Received } from '#contract/endpoint.ts'
import { createTeam, deleteTeam, listTeams, ownedTeamsMax, switchWorkspace } from '#contract/teams.ts'
import { call } from '../../api/client.ts'
import { explained, sentenceOf } from '../../api/problem.ts'
import { toast } from '../../ui/toast.tsx'
import { type Settings, settingsQuery, startAfresh } from '../accounts/queries.ts'
import { confirmed } from '../accounts/security/confirm-its-you.ts'

export type Team = Received<typeof listTeams>['teams'][number]

/** The workspaces of others and of teams that the person belongs to. Their own one is not among them. */
export const teamsQuery = () =>
  queryOptions({ queryKey: ['teams'], queryFn: () => call(listTeams), staleTime: 30_000 })

/** The profile of somebody's own workspace, whichever is active. */
export const ownSettingsQuery = (username: string) =>
  queryOptions({
    queryKey: ['settings', username],
    queryFn: () => call(getSettings, { query: { owner: username } }),
    staleTime: 60_000,
  })

/** Whether the person is known to belong to no team; false until the answer is here. */
export const useHasNoTeam = (): boolean =>
  useQuery({
    ...teamsQuery(),
    select: ({ teams, unreachable }) =>
      unreachable.length === 0 && teams.every(({ accountType }) => accountType !== 'team'),
  }).data ?? false

/** Whether the person owns as many teams as one may. */
export const ownsAllTeams = (teams: readonly Team[]): boolean =>
  teams.filter(({ accountType, role }) => accountType === 'team' && role === 'owner').length >= ownedTeamsMax

const enter = async (client: QueryClient, username: string): Promise<void> => {
  await call(switchWorkspace, { body: { username } })
  startAfresh(client)
}

/** Whatever had the focus has left with the workspace before: the next key begins at the page. */
const focusPage = (): void => document.getElementById('content')?.focus({ preventScroll: true })

type Entering = {
  username: string
  /** Leads to a page of it; without it the page on screen follows. */
  then?: (() => unknown) | undefined
}

/** Makes another of the person's workspaces the active one: everything remembered of the one before is forgotten, and every tab
 *  follows. Goes on by itself where whatever asked for it has left the screen meanwhile. */
export const useEnterWorkspace = () => {
  const client = useQueryClient()
  const router = useRouter()
  const { mutate, isPending, variables } = useMutation({
    mutationFn: ({ username }: Entering) => enter(client, username),
    onSuccess: async (_, { then }) => {
      await (then ? then() : router.invalidate())
      focusPage()
    },
    onError: (error) => {
      toast(sentenceOf(explained(error, goneWords)), { failed: true })
      return client.invalidateQueries(teamsQuery())
    },
  })
  return {
    enter: (username: string, then?: Entering['then']) => mutate({ username, then }),
    isPending,
    /** The username that is being entered. */
    entered: isPending ? variables.username : undefined,
  }
}

const goneWords = {
  workspace_not_found: {
    title: 'That workspace is no longer open to you',
    advice: 'It was deleted, or you are not a member any more.',
  },
}

/** Creates a team, enters it and leads to its members. */
export const useCreateTeam = () => {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async (body: Input<typeof createTeam, 'body'>) => {
      const { team } = await call(createTeam, { body })
      // The team is there in any case: who cannot enter it right now finds it in the list.
      const entered = await enter(client, team.username).then(
        () => true,
        () => false,
      )
      return { team, entered }
    },
    onSuccess: async ({ team, entered }) => {
      if (!entered) return toast(`“${team.fullName}” is there. Choose it among your workspaces to enter it.`)
      await navigate({ to: '/settings', search: { tab: 'teams' } })
      focusPage()
    },
    onSettled: () => client.invalidateQueries(teamsQuery()),
  })
}

/** Deletes the team and leads its last member to their own workspace. */
export const useDeleteTeam = ({ username, displayName }: Settings, own: string) => {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: confirmed((confirmationWord: string) =>
      call(deleteTeam, {
        query: { owner: username },
        body: { action: 'delete', confirmationWord, teamUsername: username },
      }),
    ),
    // With the team gone the session stands in its person's own workspace; saying so makes sure.
    onSuccess: async () => {
      await call(switchWorkspace, { body: { username: own } }).catch(() => undefined)
      startAfresh(client)
      await navigate({ to: '/home' })
      focusPage()
      toast(`${displayName} is deleted. You are in your own workspace again.`)
    },
  })
}

/** Asks the members of the team for a second factor, or no longer. */
export const useAskSecondFactor = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (secondFactorRequired: boolean) => call(updateSettings, { body: { secondFactorRequired } }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries(settingsQuery()),
        client.invalidateQueries({ queryKey: ['activity'] }),
      ]),
  })
}
