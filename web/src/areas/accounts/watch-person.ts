import type { QueryClient } from '@tanstack/react-query'
import { hearOtherTabs } from './other-tabs.ts'
import { forgetPerson, isSamePerson, meQuery } from './queries.ts'

/** Asks again who is signed in. When it is somebody else than this tab knows, or nobody, forgets the person before and calls
 *  `onOther`. An unanswered question changes nothing. */
export const lookAgain = async (client: QueryClient, onOther: () => void): Promise<void> => {
  const { queryKey } = meQuery()
  const ask = () => client.fetchQuery({ ...meQuery(), staleTime: 0 })
  const before = client.getQueryData(queryKey)
  // An answer under way may be older than the reason to ask.
  if (client.isFetching({ queryKey }) > 0) await ask().catch(() => undefined)
  const now = await ask().catch(() => undefined)
  if (now === undefined || isSamePerson(before, now)) return
  forgetPerson(client)
  client.setQueryData(queryKey, now)
  onOther()
}

/** Calls `look` whenever another person may be signed in since: in another tab, or while this one was out of sight. */
export const watchPerson = (look: () => void): void => {
  hearOtherTabs(look)
  window.addEventListener('focus', look)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look()
  })
}
