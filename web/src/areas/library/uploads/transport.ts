import { ErrorReply } from '#contract/errors.ts'
import { cancelUpload, completeUpload, getUpload, openUpload } from '#contract/uploads.ts'
import { ApiError, call } from '../../../api/client.ts'
import { signedPath } from '../../../api/signed-path.ts'
import { hashFile } from './hash-file.ts'
import type { Asset } from './kept-upload.ts'

/** What sending a file needs of the world. */
export type Transport = ReturnType<typeof makeTransport>

/** `owner` is the workspace that the upload belongs to, whatever this tab shows later. */
export const makeTransport = (owner: string, { assetType, assetId }: Asset) => ({
  open: (file: File) =>
    call(openUpload, {
      query: { owner },
      body: {
        assetType,
        assetId,
        filename: file.name,
        contentType: file.type.slice(0, 50) || 'application/octet-stream',
        totalBytes: file.size,
      },
    }),
  look: (sessionId: string, signal?: AbortSignal) =>
    call(getUpload, { params: { sessionId }, query: { owner }, signal }),
  complete: (sessionId: string, checksum: string | undefined, signal?: AbortSignal) =>
    call(completeUpload, { query: { owner }, body: { sessionId, checksum }, signal }),
  cancel: (sessionId: string) => call(cancelUpload, { params: { sessionId }, query: { owner } }),
  hash: hashFile,
  send: sendPart,
  wait: waitFor,
})

type Sending = {
  uploadUrl: string
  bytes: Blob
  contentRange: string
  onProgress: (sentBytes: number) => void
  signal: AbortSignal
}

/** Sends one part. Not by `fetch`, which does not tell how far it has come. Throws `ApiError`, and an AbortError when it was stopped. */
const sendPart = ({ uploadUrl, bytes, contentRange, onProgress, signal }: Sending): Promise<void> =>
  new Promise((done, failed) => {
    if (signal.aborted) return failed(new DOMException('Stopped', 'AbortError'))
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    const end = (error?: unknown) => {
      signal.removeEventListener('abort', stop)
      if (error) failed(error)
      else done()
    }
    signal.addEventListener('abort', stop)
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded))
    request.addEventListener('abort', () => end(new DOMException('Stopped', 'AbortError')))
    request.addEventListener('error', () => end(new ApiError(0, { error: 'No answer', reason: 'no_answer' })))
    request.addEventListener('load', () => end(request.status === 200 ? undefined : refusalOf(request)))
    request.open('PUT', signedPath(uploadUrl))
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.setRequestHeader('content-range', contentRange)
    request.send(bytes)
  })

const refusalOf = ({ status, statusText, responseText }: XMLHttpRequest): ApiError => {
  const reply = ErrorReply.safeParse(readJson(responseText))
  if (reply.success) return new ApiError(status, reply.data)
  const reason = status === 413 ? 'file_limit_exceeded' : status >= 500 ? 'internal' : 'unexpected_reply'
  return new ApiError(status, { error: statusText, reason })
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Until the time is over, the network is back, or somebody stops it. */
const waitFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const end = () => {
      clearTimeout(timer)
      window.removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, ms)
    window.addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
