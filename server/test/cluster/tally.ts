/* Where the requests of the test that runs now went. */

type Tally = { sent: number; inProcess: number; why: string }

let tally: Tally = { sent: 0, inProcess: 0, why: '' }

export const noteSent = (): void => {
  tally.sent++
}

export const noteInProcess = (why: string): void => {
  tally.inProcess++
  tally.why = why
}

/** What was counted since the last time. */
export const takeTally = (): Tally => {
  const taken = tally
  tally = { sent: 0, inProcess: 0, why: '' }
  return taken
}

/** One line of the report that the tests leave for the command that ran them. */
export type TallyLine = {
  file: string
  test: string
  went: 'cluster' | 'in process' | 'nowhere' | 'skipped'
  why: string
  sent: number
}
