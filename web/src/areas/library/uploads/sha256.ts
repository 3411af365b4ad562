/* SHA-256 (FIPS 180-4) bit by bit as the bytes come: the browser's own wants all of them in memory at once. It guards against
   accidents on the way, not against people. */

/** The first 32 bits of the fractional parts of roots of the first primes, which is how the standard makes its constants. */
const constants = (count: number, root: (prime: number) => number): Uint32Array => {
  const words = new Uint32Array(count)
  let found = 0
  for (let candidate = 2; found < count; candidate++) {
    let isPrime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor++)
      if (candidate % divisor === 0) isPrime = false
    if (isPrime) words[found++] = (root(candidate) % 1) * 2 ** 32
  }
  return words
}

const K = constants(64, Math.cbrt)
const blockBytes = 64

export class Sha256 {
  private readonly state = constants(8, Math.sqrt)
  private readonly schedule = new Uint32Array(64)
  private readonly waiting = new Uint8Array(blockBytes)
  private waitingBytes = 0
  private length = 0

  update(bytes: Uint8Array): this {
    this.length += bytes.length
    let at = 0
    if (this.waitingBytes > 0) {
      at = Math.min(bytes.length, blockBytes - this.waitingBytes)
      this.waiting.set(bytes.subarray(0, at), this.waitingBytes)
      this.waitingBytes += at
      if (this.waitingBytes < blockBytes) return this
      this.mix(this.waiting, 0)
      this.waitingBytes = 0
    }
    for (; at + blockBytes <= bytes.length; at += blockBytes) this.mix(bytes, at)
    this.waiting.set(bytes.subarray(at))
    this.waitingBytes = bytes.length - at
    return this
  }

  /** In hex. Nothing can be added afterwards. */
  digest(): string {
    const { length } = this
    const tail = new Uint8Array(this.waitingBytes < 56 ? 64 - this.waitingBytes : 128 - this.waitingBytes)
    tail[0] = 0x80
    const end = new DataView(tail.buffer)
    end.setUint32(tail.length - 8, Math.floor(length / 2 ** 29))
    end.setUint32(tail.length - 4, (length * 8) % 2 ** 32)
    this.update(tail)
    return Array.from(this.state, (word) => word.toString(16).padStart(8, '0')).join('')
  }

  private mix(bytes: Uint8Array, start: number): void {
    const w = this.schedule
    for (let i = 0, at = start; i < 16; i++, at += 4)
      w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
    for (let i = 16; i < 64; i++) {
      const near = w[i - 15]!
      const far = w[i - 2]!
      const s0 = ((near >>> 7) | (near << 25)) ^ ((near >>> 18) | (near << 14)) ^ (near >>> 3)
      const s1 = ((far >>> 17) | (far << 15)) ^ ((far >>> 19) | (far << 13)) ^ (far >>> 10)
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
    }
    let [a, b, c, d, e, f, g, h] = this.state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    const s = this.state
    s[0]! += a
    s[1]! += b
    s[2]! += c
    s[3]! += d
    s[4]! += e
    s[5]! += f
    s[6]! += g
    s[7]! += h
  }
}
