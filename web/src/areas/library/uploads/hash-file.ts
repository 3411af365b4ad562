/** Beyond this, reading everything once more takes longer than people wait; each part is counted and sealed on arrival anyway. */
const hashedBytesMax = 4 * 2 ** 30

/** The SHA-256 of a file in hex; undefined where it is too large, or nothing here can work it out. Never fails. */
export const hashFile = (file: File, signal: AbortSignal): Promise<string | undefined> =>
  new Promise((done) => {
    if (file.size > hashedBytesMax || typeof Worker === 'undefined') return done(undefined)
    const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' })
    const end = (digest?: string) => {
      worker.terminate()
      done(digest)
    }
    worker.addEventListener('message', ({ data }: MessageEvent<string | null>) => end(data ?? undefined))
    worker.addEventListener('error', () => end())
    signal.addEventListener('abort', () => end())
    worker.postMessage(file)
  })
