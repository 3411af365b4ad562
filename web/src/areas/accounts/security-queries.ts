import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { changePassword } from '#contract/accounts.ts'
import type { Input, Received } from '#contract/endpoint.ts'
import * as factors from '#contract/factors.ts'
import { disconnectIdentity, listIdentities, type ProviderName } from '#contract/identities.ts'
import { listSessions, revokeOtherSessions, revokeSession } from '#contract/sessions.ts'
import { call, isApiError } from '../../api/client.ts'
import { secret } from '../../api/query-client.ts'
import { meQuery, startAfresh } from './queries.ts'
import { confirmed } from './security/confirm-its-you.ts'

export type Passkey = Received<typeof factors.listFactors>['passkeys'][number]
export type Session = Received<typeof listSessions>['sessions'][number]
export type PendingSignIn = Received<typeof factors.getPendingSignIn>
export type SecondFactorMethod = PendingSignIn['methods'][number]
type PasskeyAnswer = Input<typeof factors.signInWithPasskey, 'body'>['credential']

export const factorsQuery = () =>
  queryOptions({ queryKey: ['security', 'factors'], queryFn: () => call(factors.listFactors) })

export const identitiesQuery = () =>
  queryOptions({ queryKey: ['security', 'identities'], queryFn: () => call(listIdentities) })

export const sessionsQuery = () =>
  queryOptions({
    queryKey: ['security', 'sessions'],
    queryFn: async () => (await call(listSessions)).sessions,
  })

/** The sign-in of this browser that waits for its second step; null for none. */
export const pendingSignInQuery = () =>
  queryOptions({
    queryKey: ['pending-sign-in'],
    queryFn: (): Promise<PendingSignIn | null> =>
      call(factors.getPendingSignIn).catch((error: unknown) => {
        if (isApiError(error, 'second_factor_not_pending')) return null
        throw error
      }),
    staleTime: 0,
  })

/** The cards follow, and the feed has something new to tell. */
const retell = (client: QueryClient): void => {
  void client.invalidateQueries({ queryKey: ['security'] })
  void client.invalidateQueries({ queryKey: ['activity'] })
}

/** A change to how somebody signs in. Asks them to confirm who they are when the server wants that first. */
const useSecurityChange = <V, R>(change: (variables: V) => Promise<R>) => {
  const client = useQueryClient()
  return useMutation({
    ...secret,
    mutationFn: confirmed(change),
    // Also after a refusal: what is already gone should leave the page. Not waited for, since the line whose button was
    // pressed may leave it too, and has something to tell before.
    onSettled: () => retell(client),
  })
}

export const useChangePassword = () =>
  useSecurityChange((body: Input<typeof changePassword, 'body'>) => call(changePassword, { body }))

export const useDisconnectIdentity = () =>
  useSecurityChange((provider: ProviderName) => call(disconnectIdentity, { params: { provider } }))

export const useStartTotp = () =>
  useMutation({ ...secret, mutationFn: confirmed((_: undefined) => call(factors.startTotp)) })

export const useConfirmTotp = () =>
  useSecurityChange((code: string) => call(factors.confirmTotp, { body: { code } }))

export const useRemoveTotp = () => useSecurityChange((_: undefined) => call(factors.removeTotp))

/** What the browser needs to make a passkey. Apart from making it, so that the click which opens the browser's prompt stands
 *  directly before it. */
export const useStartPasskey = () =>
  useMutation({
    ...secret,
    mutationFn: confirmed(async (_: undefined) => (await call(factors.startPasskey)).options),
  })

export const useAddPasskey = () =>
  useSecurityChange((body: Input<typeof factors.addPasskey, 'body'>) => call(factors.addPasskey, { body }))

export const useRenamePasskey = () =>
  useSecurityChange(({ id, name }: { id: string; name: string }) =>
    call(factors.renamePasskey, { params: { id }, body: { name } }),
  )

export const useRemovePasskey = () =>
  useSecurityChange((id: string) => call(factors.removePasskey, { params: { id } }))

export const useRenewRecoveryCodes = () =>
  useSecurityChange((_: undefined) => call(factors.renewRecoveryCodes))

export const useRevokeSession = () =>
  useSecurityChange((id: string) => call(revokeSession, { params: { id } }))

export const useRevokeOtherSessions = () => useSecurityChange((_: undefined) => call(revokeOtherSessions))

/** A fresh challenge for a passkey to answer. */
export const challengePasskey = async () => (await call(factors.challengePasskey)).options

const useEntering = <V, R>(enter: (variables: V) => Promise<R>) => {
  const client = useQueryClient()
  return useMutation({ ...secret, mutationFn: enter, onSuccess: () => startAfresh(client) })
}

/** `ask` opens the browser's prompt and gives what the passkey answered. */
export const useSignInWithPasskey = () =>
  useEntering(async (ask: () => Promise<PasskeyAnswer>) =>
    call(factors.signInWithPasskey, { body: { credential: await ask() } }),
  )

export const useVerifySecondFactor = () =>
  useEntering(
    async (proof: { code: string } | { recoveryCode: string } | { ask: () => Promise<PasskeyAnswer> }) =>
      call(factors.verifySecondFactor, {
        body: 'ask' in proof ? { credential: await proof.ask() } : proof,
      }),
  )

export const useReauthenticate = () => {
  const client = useQueryClient()
  return useMutation({
    ...secret,
    mutationFn: async (proof: { password: string; code?: string } | { ask: () => Promise<PasskeyAnswer> }) =>
      call(factors.reauthenticate, { body: 'ask' in proof ? { credential: await proof.ask() } : proof }),
    onSuccess: () => client.invalidateQueries(meQuery()),
  })
}
