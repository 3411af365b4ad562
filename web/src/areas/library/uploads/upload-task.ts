import type { UploadState as Looked } from '#contract/uploads.ts'
import { isApiError } from '../../../api/client.ts'
import { backoffMs, contentRangeOf, missingParts, spanOf } from './parts.ts'
import type { Transport } from './transport.ts'

type UploadPhase = 'sending' | 'waiting' | 'paused' | 'checking' | 'done' | 'failed'

/** How an upload stands, for whoever shows it. A new object with each change. */
export type UploadView = {
  phase: UploadPhase
  filename: string
  totalBytes: number
  /** Received by the server, and on the way. */
  sentBytes: number
  /** Since it last began to send; undefined until that says something. */
  bytesPerSecond?: number
  /** The server found the whole file to have its SHA-256. */
  isVerified?: boolean
  /** Why it waits or failed. */
  error?: unknown
}

type Hooks = {
  /** A session began, and can be gone on with later. */
  onOpened: (sessionId: string) => void
  /** It is over, one way or another: nothing is left to go on with. */
  onOver: () => void
  onDone: (sessionId: string) => void
}

/** As many at once keep a line busy. */
const lanes = 3
/** Before this, a speed says nothing. */
const measuredMs = 1500

const isPassing = (error: unknown): boolean =>
  isApiError(error) && (error.status === 0 || error.status >= 500)
const isGone = (error: unknown): boolean =>
  isApiError(error, 'upload_not_found') || isApiError(error, 'upload_expired')

/** Sends one file in parts, and goes on where the server says it stands: after a pause, without network, after a reload. Bytes are read
 *  from the file as they are sent. Knows nothing of any page. */
export class UploadTask {
  view: UploadView
  private readonly file: File
  private readonly transport: Transport
  private readonly hooks: Hooks
  private readonly listeners = new Set<() => void>()
  private sessionId: string | undefined
  private stop = new AbortController()
  private readonly life = new AbortController()
  private checksum: Promise<string | undefined> | undefined
  private receivedBytes = 0
  private readonly underway = new Map<number, number>()
  private since = { at: 0, bytes: 0 }

  constructor(file: File, transport: Transport, hooks: Hooks, sessionId?: string) {
    this.file = file
    this.transport = transport
    this.hooks = hooks
    this.sessionId = sessionId
    this.view = { phase: 'paused', filename: file.name, totalBytes: file.size, sentBytes: 0 }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Begins, or goes on. Does nothing while it is at it, or when it is done. */
  start(): void {
    if (!['paused', 'failed'].includes(this.view.phase)) return
    this.stop = new AbortController()
    this.show({ phase: 'sending', error: undefined, bytesPerSecond: undefined })
    void this.run(this.stop.signal)
  }

  pause(): void {
    if (this.view.phase !== 'sending' && this.view.phase !== 'waiting') return
    this.stop.abort()
    this.underway.clear()
    this.show({ phase: 'paused', sentBytes: this.receivedBytes, error: undefined, bytesPerSecond: undefined })
  }

  /** Stops for good. What has arrived is removed, if the server can be told. */
  async cancel(): Promise<void> {
    this.stop.abort()
    this.life.abort()
    this.hooks.onOver()
    if (this.sessionId) await this.transport.cancel(this.sessionId).catch(() => undefined)
  }

  private async run(signal: AbortSignal): Promise<void> {
    try {
      const sessionId = await this.send(signal)
      if (signal.aborted) return
      this.show({ phase: 'checking', sentBytes: this.file.size, error: undefined })
      await this.complete(sessionId, signal)
      const isVerified = (await this.checksum) !== undefined
      this.show({ phase: 'done', sentBytes: this.file.size, isVerified, error: undefined })
      this.hooks.onOver()
      this.hooks.onDone(sessionId)
    } catch (error) {
      if (signal.aborted) return
      this.stop.abort()
      this.underway.clear()
      this.show({ phase: 'failed', sentBytes: this.receivedBytes, error, bytesPerSecond: undefined })
    }
  }

  /** Sends what is missing. Returns the session once nothing is. */
  private async send(signal: AbortSignal): Promise<string> {
    this.checksum ??= this.transport.hash(this.file, this.life.signal)
    const state = await this.open(signal)
    if (state.state === 'pending') await this.sendParts(state, signal)
    return state.sessionId
  }

  /** The session as the server has it. One that has ended begins anew. */
  private async open(signal: AbortSignal): Promise<Looked> {
    if (this.sessionId) {
      const { sessionId } = this
      try {
        return await this.persist(() => this.transport.look(sessionId, signal), signal)
      } catch (error) {
        if (!isGone(error)) throw error
        this.sessionId = undefined
        this.hooks.onOver()
      }
    }
    const { sessionId } = await this.transport.open(this.file)
    this.sessionId = sessionId
    this.hooks.onOpened(sessionId)
    return this.persist(() => this.transport.look(sessionId, signal), signal)
  }

  private async sendParts(looked: Looked, signal: AbortSignal): Promise<void> {
    let state = looked
    this.receivedBytes = state.receivedBytes
    this.since = { at: performance.now(), bytes: state.receivedBytes }
    this.show({ sentBytes: state.receivedBytes })
    const queue = missingParts(state.partCount, state.received)
    let refreshed: Promise<Looked> | undefined
    /** Addresses hold for an hour; whoever finds that out first asks for all. */
    const refresh = async (spent: string): Promise<void> => {
      if (state.uploadUrl !== spent) return
      refreshed ??= this.transport.look(state.sessionId, signal)
      state = await refreshed
      refreshed = undefined
    }
    const lane = async (): Promise<void> => {
      for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
        const span = spanOf(part, state)
        const number = part
        await this.persist(async () => {
          const { uploadUrl } = state
          try {
            await this.transport.send({
              uploadUrl,
              bytes: this.file.slice(span.start, span.end),
              contentRange: contentRangeOf(span, state.totalBytes),
              onProgress: (bytes) => this.progress(number, Math.min(bytes, span.end - span.start)),
              signal,
            })
          } catch (error) {
            this.underway.delete(number)
            if (isApiError(error, 'upload_completed')) return
            if (!isApiError(error, 'signature_invalid')) throw error
            await refresh(uploadUrl)
            queue.push(number)
            return
          }
          this.underway.delete(number)
          this.receivedBytes += span.end - span.start
          this.progress(number, 0)
        }, signal)
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
  }

  private async complete(sessionId: string, signal: AbortSignal, attempt = 1): Promise<void> {
    const checksum = await this.checksum
    try {
      await this.persist(() => this.transport.complete(sessionId, checksum, signal), signal)
    } catch (error) {
      // Another tab may have sent a part again meanwhile.
      if (!isApiError(error, 'upload_incomplete') || attempt === 3) throw error
      await this.send(signal)
      await this.complete(sessionId, signal, attempt + 1)
    }
  }

  /** Tries until there is an answer: what passes by itself is waited for, however long it takes. */
  private async persist<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    let before: UploadPhase = 'sending'
    for (let failures = 1; ; failures++) {
      try {
        const answer = await attempt()
        if (this.view.phase === 'waiting') this.show({ phase: before, error: undefined })
        return answer
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error
        if (this.view.phase !== 'waiting') before = this.view.phase
        this.show({ phase: 'waiting', error, bytesPerSecond: undefined })
        await this.transport.wait(backoffMs(failures), signal)
        if (signal.aborted) throw error
      }
    }
  }

  private progress(part: number, bytes: number): void {
    if (bytes > 0) this.underway.set(part, bytes)
    const sentBytes = this.receivedBytes + [...this.underway.values()].reduce((sum, some) => sum + some, 0)
    const elapsedMs = performance.now() - this.since.at
    this.show({
      // Something arrives again.
      ...(this.view.phase === 'waiting' ? { phase: 'sending', error: undefined } : {}),
      sentBytes,
      ...(elapsedMs > measuredMs
        ? { bytesPerSecond: Math.max(0, (1000 * (sentBytes - this.since.bytes)) / elapsedMs) }
        : {}),
    })
  }

  private show(change: Partial<UploadView>): void {
    this.view = { ...this.view, ...change }
    for (const listener of this.listeners) listener()
  }
}
