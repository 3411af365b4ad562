import { useThrottledCallback } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { streamActivity } from '#contract/activity.ts'
import { addressOf } from '../../api/client.ts'
import { hearActivity } from './hear-activity.ts'

/** How often a busy feed is asked for anew at most. */
const throttleMs = 3000

/** Queries that follow the feed by themselves carry this as their `meta`. */
export const live = { live: true }

/** Keeps the one line of this tab to the server on which it says that the feed of the workspace has grown; what shows the newest of it is
 *  then asked for again. */
export const useLiveActivity = (isOn: boolean): void => {
  const client = useQueryClient()
  const refresh = useThrottledCallback(
    () => void client.invalidateQueries({ predicate: ({ meta }) => meta?.live === true }),
    throttleMs,
  )
  useEffect(() => (isOn ? hearActivity(addressOf(streamActivity), refresh) : undefined), [isOn, refresh])
}
