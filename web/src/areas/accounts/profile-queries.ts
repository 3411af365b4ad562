import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Input } from '#contract/endpoint.ts'
import { ErrorReply } from '#contract/errors.ts'
import {
  getPreferences,
  type Preferences,
  removeIcon,
  setIcon,
  updatePreferences,
} from '#contract/profiles.ts'
import { ApiError, addressOf, call } from '../../api/client.ts'
import { isOwnWorkspace, isSamePerson, type Me, meQuery, settingsQuery } from './queries.ts'

export type Theme = Preferences['theme']
export type PreferencesChange = Input<typeof updatePreferences, 'body'>

export const preferencesQuery = () =>
  queryOptions({
    queryKey: ['preferences'],
    queryFn: () => call(getPreferences),
    staleTime: 60_000,
  })

/** Changes preferences on screen at once; a change the server refuses is taken back. */
export const useChangePreferences = () => {
  const client = useQueryClient()
  const { queryKey } = preferencesQuery()
  return useMutation({
    mutationKey: queryKey,
    mutationFn: (body: PreferencesChange) => call(updatePreferences, { body }),
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey })
      const before = client.getQueryData(queryKey)
      if (before) client.setQueryData(queryKey, withChange(before, change))
      return { before }
    },
    onError: (_error, _change, context) => client.setQueryData(queryKey, context?.before),
    // While another change is under way its own answer will be the newer one.
    onSuccess: (now) => {
      if (client.isMutating({ mutationKey: queryKey }) === 1) client.setQueryData(queryKey, now)
    },
    onSettled: () => {
      if (client.isMutating({ mutationKey: queryKey }) === 1) return client.invalidateQueries({ queryKey })
    },
  })
}

const withChange = (before: Preferences, { mail, ...rest }: PreferencesChange): Preferences => ({
  ...before,
  ...rest,
  mail: { ...before.mail, ...mail },
})

/** Puts the new display name of `author`'s workspace where the app remembers who is signed in; it asks for that only once. */
export const rememberDisplayName = (client: QueryClient, author: Me, displayName: string): void => {
  client.setQueryData(meQuery().queryKey, (me) => {
    if (!me || !isSamePerson(me, author)) return me
    const workspace = { ...me.workspace, displayName }
    return isOwnWorkspace(me) ? { ...me, workspace, user: { ...me.user, displayName } } : { ...me, workspace }
  })
}

/** Sends a picture as the workspace's icon; `setIcon` says which ones are taken. Not by `call`, which sends JSON. */
const uploadIcon = async (picture: File): Promise<void> => {
  const body = new FormData()
  body.append('image', picture)
  const answer = await fetch(addressOf(setIcon), {
    method: setIcon.method,
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
    body,
  }).catch(() => undefined)
  if (!answer) throw new ApiError(0, { error: 'No answer', reason: 'no_answer' })
  if (answer.ok) return
  const refusal = ErrorReply.safeParse(await answer.json().catch(() => undefined))
  if (refusal.success) throw new ApiError(answer.status, refusal.data)
  // A proxy in front of the server refuses what is too large with a page of its own.
  const reason =
    answer.status === 413 ? 'image_unreadable' : answer.status >= 500 ? 'internal' : 'unexpected_reply'
  throw new ApiError(answer.status, { error: answer.statusText, reason })
}

export const useUploadIcon = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: uploadIcon,
    onSuccess: () => client.invalidateQueries(settingsQuery()),
  })
}

export const useRemoveIcon = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(removeIcon),
    onSuccess: () => client.invalidateQueries(settingsQuery()),
  })
}
