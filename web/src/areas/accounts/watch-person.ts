import type { QueryClient } from '@tanstack/react-query'
import { hearOtherTabs } from './other-tabs.ts'
import { forgetPerson, isSamePerson, isSameStanding, meQuery } from './queries.ts'

/** Asks again who is signed in. When it is somebody else than this tab knows, or nobody, or another workspace, forgets the one
 *  before and calls `onOther`; so it does, forgetting nothing, when they may do more or less there than before. An unanswered
 *  question changes nothing. */
export const lookAgain = async (client: QueryClient, onOther: () => void): Promise<void> => {
  const { queryKey } = meQuery()
  const ask = () => client.fetchQuery({ ...meQuery(), staleTime: 0 })
  const before = client.getQueryData(queryKey)
  // An answer under way may be older than the reason to ask.
  if (client.isFetching({ queryKey }) > 0) await ask().catch(() => undefined)
  const now = await ask().catch(() => undefined)
  if (now === undefined) return
  if (!isSamePerson(before, now)) {
    forgetPerson(client)
    client.setQueryData(queryKey, now)
    onOther()
  } else if (!isSameStanding(before, now)) {
    onOther()
    await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] })
  }
}

/** Calls `look` whenever another person may be signed in since: in another tab, or while this one was out of sight. */
export const watchPerson = (look: () => void): void => {
  hearOtherTabs(look)
  window.addEventListener('focus', look)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look()
  })
}
