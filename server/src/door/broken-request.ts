import { randomUUID } from 'node:crypto'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ErrorReply, Reason } from '#contract/errors.ts'
import { refuse } from './refusal.ts'

/** What Node's parser found, by its code. */
const parserReasons: Record<string, Reason> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timed_out',
}

/** Answers what Node's parser refuses before there is a request to route (not HTTP, a head too large or too slow) with the error body
 *  of SPEC 0.2, and closes the connection: where the next request would begin is not known. Returns the reason. */
export const answerBrokenRequest = (error: Error & { code?: string }, socket: Socket): Reason => {
  const reason = parserReasons[error.code ?? ''] ?? 'invalid_request'
  // An answer that is on its way already must not be broken into: its reader could not tell the two apart.
  const isAnswering = (socket as { _httpMessage?: ServerResponse | null })._httpMessage?.headersSent
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) {
    socket.destroy()
    return reason
  }
  socket.write(refusalText(reason))
  socket.destroySoon()
  return reason
}

const refusalText = (reason: Reason): string => {
  const isPlain = reason === 'invalid_request'
  const { message, status, code } = refuse(
    reason,
    isPlain ? { message: 'The request is not valid HTTP' } : {},
  )
  const requestId = randomUUID()
  const reply: ErrorReply = { error: message, code, reason, requestId }
  const body = JSON.stringify(reply)
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
