import { limits } from './limits.ts'
import { FileRefused } from './refused.ts'
import type { SourceFile } from './source-file.ts'

const newline = 0x0a

/** The lines of a text file, each with its number from 1 on, without empty ones. Refuses one that is too long before it is in memory. */
export async function* readLines(file: SourceFile): AsyncGenerator<{ number: number; line: Buffer }> {
  let held: Buffer[] = []
  let heldBytes = 0
  let number = 0
  const take = (last: Buffer) => {
    const line = held.length > 0 ? Buffer.concat([...held, last]) : last
    held = []
    heldBytes = 0
    number += 1
    if (number > limits.entriesMax)
      throw new FileRefused(`The file has more than ${limits.entriesMax.toLocaleString('en')} lines`)
    return { number, line }
  }
  for await (const chunk of (await file.read()) as AsyncIterable<Buffer>) {
    file.mayGoOn()
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      if (heldBytes + end - from > limits.lineBytesMax) throw tooLong(number + 1)
      const taken = take(chunk.subarray(from, end))
      if (isText(taken.line)) yield taken
      from = end + 1
    }
    held.push(chunk.subarray(from))
    heldBytes += chunk.length - from
    if (heldBytes > limits.lineBytesMax) throw tooLong(number + 1)
  }
  const rest = take(Buffer.alloc(0))
  if (isText(rest.line)) yield rest
}

const isText = (line: Buffer): boolean => line.length > 0 && line.toString('latin1').trim() !== ''

const tooLong = (number: number): FileRefused =>
  new FileRefused(`Line ${number} is longer than ${limits.lineBytesMax / 2 ** 20} MB`)
