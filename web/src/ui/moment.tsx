import { useEffect, useState } from 'react'
import { fullTime, inSentenceTime, relativeTime } from './time.ts'

/** A time as people say it, exact on hover. Follows the clock while it is on screen. */
export const Moment = ({ at, inSentence = false }: { at: string; inSentence?: boolean }) => {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 30_000)
    return () => clearInterval(timer)
  }, [])
  const date = new Date(at)
  return (
    <time dateTime={at} title={fullTime(date)}>
      {inSentence ? inSentenceTime(date) : relativeTime(date)}
    </time>
  )
}
