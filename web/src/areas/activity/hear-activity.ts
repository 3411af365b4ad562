const firstRetryMs = 5000
const retryMaxMs = 5 * 60_000

type Surroundings = {
  open(address: string): Pick<EventSource, 'addEventListener' | 'close' | 'readyState'>
  page: Pick<Document, 'addEventListener' | 'removeEventListener' | 'visibilityState'>
}

const browser = (): Surroundings => ({ open: (address) => new EventSource(address), page: document })

/** Calls `hear` whenever the server says on this line that there is something new, and after each time the line was down, for something may
 *  have come meanwhile. A tab that nobody sees keeps no line: a browser has six to a server. Where the server refuses, it is asked again
 *  later and later. Returns how to stop. */
export const hearActivity = (
  address: string,
  hear: () => void,
  { open, page }: Surroundings = browser(),
): (() => void) => {
  let source: ReturnType<Surroundings['open']> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let hasMissed = page.visibilityState !== 'visible'

  const connect = () => {
    const line = open(address)
    source = line
    // The server opens with an event of this name as well; either may come first.
    line.addEventListener('open', () => {
      failures = 0
      if (hasMissed) hear()
      hasMissed = false
    })
    line.addEventListener('activity', hear)
    line.addEventListener('error', () => {
      hasMissed = true
      // A line that broke off the browser takes up again by itself; one that was refused it gives up.
      if (line.readyState === closed && line === source) retryLater()
    })
  }
  const disconnect = () => {
    clearTimeout(retry)
    source?.close()
    source = undefined
  }
  const retryLater = () => {
    disconnect()
    const waitMs = Math.min(firstRetryMs * 2 ** failures, retryMaxMs)
    failures += 1
    // Tabs that were cut off together do not come back together.
    retry = setTimeout(connect, waitMs * (0.75 + Math.random() / 2))
  }
  const follow = () => {
    const wasOn = source !== undefined
    disconnect()
    if (page.visibilityState === 'visible') connect()
    else if (wasOn) hasMissed = true
  }

  follow()
  page.addEventListener('visibilitychange', follow)
  return () => {
    page.removeEventListener('visibilitychange', follow)
    disconnect()
  }
}

/** `EventSource.CLOSED`, which a test has no class for. */
const closed = 2
