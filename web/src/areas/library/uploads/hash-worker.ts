import { Sha256 } from './sha256.ts'

const sliceBytes = 4 * 2 ** 20

/* Beside the page, so that it stays quick. Takes a file, answers its SHA-256 in hex, or null where it cannot be read. */
addEventListener('message', async ({ data: file }: MessageEvent<File>) => {
  try {
    const hash = new Sha256()
    for (let at = 0; at < file.size; at += sliceBytes)
      hash.update(new Uint8Array(await file.slice(at, at + sliceBytes).arrayBuffer()))
    postMessage(hash.digest())
  } catch {
    postMessage(null)
  }
})
