import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach } from 'vitest'
import { whyNot } from './reach.ts'
import { type TallyLine, takeTally } from './tally.ts'

/* Runs around every test when the API suite goes through several nodes: leaves out what does not apply there, and counts. */

const root = fileURLToPath(new URL('../../../', import.meta.url))
const report = process.env.GATEHOUSE_TEST_TALLY

const tell = (line: TallyLine): void => {
  if (report) appendFileSync(report, `${JSON.stringify(line)}\n`)
}

let isLeftOut = false

beforeEach(({ task, skip }) => {
  const file = relative(root, task.file.filepath)
  const why = whyNot(file, task.name)
  isLeftOut = why !== undefined
  if (why === undefined) return
  tell({ file, test: task.name, went: 'skipped', why, sent: 0 })
  skip(why)
})

afterEach(({ task }) => {
  const { sent, inProcess, why } = takeTally()
  if (isLeftOut) return
  const went = sent > 0 ? 'cluster' : inProcess > 0 ? 'in process' : 'nowhere'
  tell({ file: relative(root, task.file.filepath), test: task.name, went, why, sent })
})
