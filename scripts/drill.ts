import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { aKey, aPerson } from '../server/test/people.ts'
import { changes, requestWith } from './drill/changes.ts'
import { playRound, type RoundResult, type Trouble, troubles } from './drill/round.ts'
import { type Stage, startStage } from './drill/stage.ts'

/* Takes keys, roles, memberships and sessions away from three nodes under full load, while Redis or a node fails, and counts what is
   accepted afterwards (docs/scaling.md). --rounds of each kind of trouble, --requests after each answer, --trouble to play one kind. */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    requests: { type: 'string', default: '100000' },
    trouble: { type: 'string' },
  },
})
const [rounds, requests] = [Number(values.rounds), Number(values.requests)]
const chosen = troubles.filter((trouble) => values.trouble === undefined || trouble === values.trouble)
if (!(rounds > 0 && requests > 0) || chosen.length === 0) {
  console.error(`--rounds and --requests are numbers above 0, --trouble is one of: ${troubles.join(', ')}.`)
  process.exit(1)
}

const loadConnections = 50
const stage = await startStage()
try {
  process.exitCode = (await drill(stage)) ? 0 : 1
} finally {
  await stage.stop()
}

async function drill({ house, nodes, sender }: Stage): Promise<boolean> {
  const people = await Promise.all(Array.from({ length: 10 }, () => aPerson(house)))
  const live = await Promise.all(people.map((person) => aKey(house, person)))
  sender.send({
    kind: 'load',
    ports: nodes.map(({ port }) => port),
    requests: live.map(({ key }) => requestWith(`Authorization: Bearer ${key}`)),
    connections: loadConnections,
  })
  const results: RoundResult[] = []
  for (const trouble of chosen)
    for (let n = 0; n < rounds; n++) {
      const change = changes[n % changes.length]
      if (!change) continue
      const result = await playRound(stage, change, trouble, requests)
      results.push(result)
      console.log(lineOf(result))
    }
  sender.send({ kind: 'end' })
  const [{ statuses }] = await once(sender, 'message')
  console.log(
    `\n${summaryOf(results)}\n\nLive keys meanwhile, answers by status: ${JSON.stringify(statuses)}`,
  )
  return results.every(({ accepted }) => accepted === 0)
}

function lineOf({ trouble, change, answerMs, accepted, refused, unanswered }: RoundResult): string {
  const words = [trouble.padEnd(16), change.padEnd(20), `answered in ${answerMs.toFixed(1).padStart(7)} ms`]
  return `${words.join('')}  accepted after it: ${accepted}, refused: ${refused}, unanswered: ${unanswered}`
}

function summaryOf(results: readonly RoundResult[]): string {
  const rows = chosen.map((trouble) =>
    rowOf(
      trouble,
      results.filter((result) => result.trouble === trouble),
    ),
  )
  return [
    '| Trouble | Rounds | Requests after the answer | Accepted | Unanswered | Answer, median | slowest |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function rowOf(trouble: Trouble, results: readonly RoundResult[]): string {
  const total = (read: (result: RoundResult) => number) => results.reduce((sum, one) => sum + read(one), 0)
  const times = results.map(({ answerMs }) => answerMs).sort((a, b) => a - b)
  const ms = (at: number) => `${(times[at] ?? 0).toFixed(1)} ms`
  const sent = total(({ accepted, refused, unanswered }) => accepted + refused + unanswered)
  const cells = [
    trouble,
    results.length,
    sent.toLocaleString('en'),
    total(({ accepted }) => accepted),
    total(({ unanswered }) => unanswered),
    ms(Math.floor(times.length / 2)),
    ms(times.length - 1),
  ]
  return `| ${cells.join(' | ')} |`
}
