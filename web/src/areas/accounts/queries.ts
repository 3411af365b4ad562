import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import * as accounts from '#contract/accounts.ts'
import type { Input, Received } from '#contract/endpoint.ts'
import { may, type Permission } from '#contract/permissions.ts'
import { actIn, call, isApiError } from '../../api/client.ts'
import { newCookieMs, secret } from '../../api/query-client.ts'
import { forgetDraft } from './onboarding/draft.ts'
import { tellOtherTabs } from './other-tabs.ts'

export type Me = Received<typeof accounts.getMe>
export type Settings = Received<typeof accounts.getSettings>
export type ProfileChange = Input<typeof accounts.updateSettings, 'body'>

const nullOn = (reason: string) => (error: unknown) => {
  if (isApiError(error, reason)) return null
  throw error
}

const askWho = (): Promise<Me | null> => call(accounts.getMe).catch(nullOn('authentication_required'))

/** Who is signed in; null for nobody. */
export const meQuery = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: async ({ client, queryKey }) => {
      const me = await askWho()
      if (me || !client.getQueryData(queryKey)) return me
      // Nobody is thrown out over a question that met a cookie just being replaced.
      await new Promise((done) => setTimeout(done, newCookieMs))
      return askWho()
    },
    staleTime: 60_000,
    // Nothing on screen holds on to it, and what is typed is kept only as long as it says whose it is.
    gcTime: Number.POSITIVE_INFINITY,
  })

/** Whether both are the same person in the same workspace, or both nobody. */
export const isSamePerson = (one: Me | null | undefined, other: Me | null | undefined): boolean =>
  one?.user.id === other?.user.id && one?.workspace.id === other?.workspace.id

/** The sign-up that waits in this browser; null for none. */
export const signUpQuery = () =>
  queryOptions({
    queryKey: ['sign-up'],
    queryFn: (): Promise<Received<typeof accounts.getSignUp> | null> =>
      call(accounts.getSignUp).catch(nullOn('sign_up_not_started')),
    staleTime: 10_000,
  })

export const instanceQuery = () =>
  queryOptions({
    queryKey: ['instance'],
    queryFn: () => call(accounts.getInstance),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const settingsQuery = () =>
  queryOptions({ queryKey: ['settings'], queryFn: () => call(accounts.getSettings), staleTime: 30_000 })

export const usernameCheckQuery = (username: string) =>
  queryOptions({
    queryKey: ['username-check', username],
    queryFn: ({ signal }) => call(accounts.checkUsername, { query: { username, suggest: 'true' }, signal }),
    staleTime: 15_000,
  })

/** Whether what this person may do in their workspace is the same in both answers. */
export const isSameStanding = (one: Me | null | undefined, other: Me | null | undefined): boolean =>
  one?.workspace.role === other?.workspace.role &&
  one?.workspace.plan === other?.workspace.plan &&
  one?.workspace.deniedReason === other?.workspace.deniedReason &&
  one?.workspace.licenseExpired === other?.workspace.licenseExpired

/** Whether the active workspace is the person's own: it carries their id. */
export const isOwnWorkspace = ({ user, workspace }: Me): boolean => workspace.id === user.id

/** Who is signed in, for screens that stand behind the guard of the `_authed` layout. */
export const useMe = (): Me => useRouteContext({ from: '/_authed', select: ({ me }) => me })

/** Whether the signed-in person's role carries `permission` in the active workspace. */
export const useMay = (permission: Permission): boolean => may(useMe().workspace.role, permission)

export const useSignUp = () =>
  useMutation({
    ...secret,
    mutationFn: (body: Input<typeof accounts.signUp, 'body'>) => call(accounts.signUp, { body }),
    onSuccess: forgetDraft,
  })

export const useVerifySignUp = () => {
  const client = useQueryClient()
  return useMutation({
    ...secret,
    mutationFn: (code: string) => call(accounts.verifySignUp, { body: { code } }),
    // A code is refused also where the sign-up itself has lapsed; the page then says so.
    onError: () => client.invalidateQueries(signUpQuery()),
  })
}

export const useResendCode = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(accounts.resendCode),
    onSuccess: () => client.invalidateQueries(signUpQuery()),
  })
}

export const useFinishOnboarding = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Input<typeof accounts.finishOnboarding, 'body'>) =>
      call(accounts.finishOnboarding, { body }),
    onSuccess: () => {
      forgetDraft()
      startAfresh(client)
    },
  })
}

export const useSignIn = () => {
  const client = useQueryClient()
  return useMutation({
    ...secret,
    mutationFn: (body: Input<typeof accounts.signIn, 'body'>) => call(accounts.signIn, { body }),
    // With a second step to come nobody is signed in yet, and the step is asked for anew.
    onSuccess: () => startAfresh(client),
  })
}

export const useSignOut = () => {
  const client = useQueryClient()
  return useMutation({ mutationFn: () => call(accounts.signOut), onSuccess: () => startAfresh(client) })
}

export const useForgotPassword = () =>
  useMutation({ mutationFn: (email: string) => call(accounts.forgotPassword, { body: { email } }) })

export const useResetPassword = () => {
  const client = useQueryClient()
  return useMutation({
    ...secret,
    mutationFn: (body: Input<typeof accounts.resetPassword, 'body'>) =>
      call(accounts.resetPassword, { body }),
    onSuccess: () => startAfresh(client),
  })
}

/** Somebody else or nobody is signed in now, or the same person acts in another workspace, by what was done in this tab. */
export const startAfresh = (client: QueryClient): void => {
  forgetPerson(client)
  tellOtherTabs()
}

/** Nothing of the person or workspace before may stay on screen or in memory. What belongs to the installation stays, and so does
 *  what is still under way. Until the guards have asked who is here now, calls go where the session stands. */
export const forgetPerson = (client: QueryClient): void => {
  actIn(null)
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'instance' })
  const mutations = client.getMutationCache()
  for (const mutation of mutations.findAll({ predicate: ({ state }) => state.status !== 'pending' }))
    mutations.remove(mutation)
}
