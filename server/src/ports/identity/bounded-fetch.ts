import type { CustomFetch } from 'openid-client'

/** How long one call to a provider may take, answer included. */
export const callMsMax = 10_000

/** More than any provider's keys, tokens or list of addresses need. */
const bytesMax = 256 * 1024

/** Fetch for talking to providers: throws when an answer is longer than any honest one. The caller's signal
 *  bounds the time. */
export const boundedFetch: CustomFetch = async (url, options) => {
  const reply = await fetch(url, options as RequestInit)
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop by a throw cancels the rest.
  for await (const chunk of reply.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw new Error('The provider answered with too much')
    chunks.push(chunk)
  }
  const body = bytes > 0 ? Buffer.concat(chunks) : null
  return new Response(body, { status: reply.status, headers: reply.headers })
}
