import { useEffect, useState } from 'react'
import type { ActivityEvent } from './queries.ts'

/** Until when an event may be undone, while it may: the hour can end with the page open. That it had not ended yet is the server's word; a clock
 *  of the reader's that runs ahead does not count against it. */
export const useUndoable = ({ undo }: ActivityEvent): string | undefined => {
  const [ended, setEnded] = useState<string>()
  const until = undo?.until
  useEffect(() => {
    const leftMs = until ? Date.parse(until) - Date.now() : 0
    if (leftMs <= 0) return
    const timer = setTimeout(() => setEnded(until), leftMs)
    return () => clearTimeout(timer)
  }, [until])
  return until === ended ? undefined : until
}
