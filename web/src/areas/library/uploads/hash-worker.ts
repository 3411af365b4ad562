import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

const sliceBytes = 4 * 2 ** 20

/* Beside the page, so that it stays quick. The browser's own SHA-256 wants all bytes in memory at once, so a library takes them as they come. Takes a file, answers its SHA-256 in hex, or null where it cannot be read. */
addEventListener('message', async ({ data: file }: MessageEvent<File>) => {
  try {
    const hash = sha256.create()
    for (let at = 0; at < file.size; at += sliceBytes)
      hash.update(new Uint8Array(await file.slice(at, at + sliceBytes).arrayBuffer()))
    postMessage(bytesToHex(hash.digest()))
  } catch {
    postMessage(null)
  }
})
