import type { TallyLine } from './tally.ts'

/** Says how many tests went through the nodes, how many did not and why. */
export const reportOf = (
  lines: readonly TallyLine[],
  filesLeftOut: readonly { file: string; why: string }[],
): string => {
  const went = (where: TallyLine['went']) => lines.filter((line) => line.went === where)
  const requests = went('cluster').reduce((sum, { sent }) => sum + sent, 0)
  return [
    `${went('cluster').length} tests sent ${requests.toLocaleString('en')} requests through HAProxy to the nodes.`,
    `${went('nowhere').length} tests send none through the API: functions, commands and sockets of their own.`,
    ...byReason('tests had a house in their own process', went('in process')),
    ...byReason('tests do not apply to several nodes', went('skipped')),
    ...byReason('files do not apply to several nodes', filesLeftOut),
  ].join('\n')
}

const byReason = (what: string, lines: readonly { why: string }[]): string[] => [
  `${lines.length} ${what}${lines.length ? ':' : '.'}`,
  ...[...Map.groupBy(lines, ({ why }) => why)].map(([why, those]) => `  ${those.length}  ${why}`),
]
