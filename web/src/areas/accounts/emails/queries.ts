import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import * as emails from '#contract/emails.ts'
import type { Received } from '#contract/endpoint.ts'
import { call } from '../../../api/client.ts'
import { meQuery, settingsQuery } from '../queries.ts'
import { confirmed } from '../security/confirm-its-you.ts'

export type EmailAddress = Received<typeof emails.listEmails>['emails'][number]

export const emailsQuery = () =>
  queryOptions({ queryKey: ['emails'], queryFn: async () => (await call(emails.listEmails)).emails })

/** A change to the list. Asks the person to confirm who they are when the server wants that first. */
const useEmailChange = <V, R>(change: (variables: V) => Promise<R>) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: confirmed(change),
    // Also after a refusal: what is already gone should leave the list. Not waited for, since the line whose button was
    // pressed may leave it too, and has something to tell before.
    onSettled: () => {
      void client.invalidateQueries(emailsQuery())
      void client.invalidateQueries({ queryKey: ['activity'] })
    },
  })
}

export const useAddEmail = () =>
  useEmailChange(async (email: string) => (await call(emails.addEmail, { body: { email } })).email)

export const useVerifyEmail = () =>
  useEmailChange(({ id, code }: { id: string; code: string }) =>
    call(emails.verifyEmail, { params: { id }, body: { code } }),
  )

export const useResendEmailCode = () =>
  useEmailChange((id: string) => call(emails.resendEmailCode, { params: { id } }))

export const useSetPrimaryEmail = () => {
  const client = useQueryClient()
  const router = useRouter()
  return useEmailChange(async (id: string) => {
    const reply = await call(emails.setPrimaryEmail, { params: { id } })
    // The frame around every page shows the primary address.
    void client.invalidateQueries(settingsQuery())
    void client
      .fetchQuery({ ...meQuery(), staleTime: 0 })
      .then(() => router.invalidate())
      .catch(() => undefined)
    return reply
  })
}

export const useRemoveEmail = () =>
  useEmailChange((id: string) => call(emails.removeEmail, { params: { id } }))
