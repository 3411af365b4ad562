import type { Report } from './report.ts'

/** What the chart shows, in groups; the ids are those of the contenders. */
const groups = [
  { heading: 'Nothing to check', ids: ['open', 'plain'] },
  {
    heading: 'A key',
    ids: [
      'keys',
      'keysOfLarge',
      'nodesKeys',
      'cold',
      'select',
      'rivalKeysInMemory',
      'rivalKeysFastest',
      'rivalKeys',
    ],
  },
  {
    heading: 'A session',
    ids: ['sessions', 'rivalSessionsCached', 'rivalSessions', 'rivalEndpointCached', 'rivalEndpoint'],
  },
  { heading: 'Making a key', ids: ['issue', 'rivalIssue'] },
] as const

const width = 860
const rowHeight = 24
const barHeight = 14
const headingHeight = 34
const top = 44
const barsFrom = 330
/** Leaves room for the figures after the longest bar. */
const barMax = 360

/** Legible on light and dark pages: the background stays the page's, and the text follows what the reader prefers. */
const style = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f }
  .heading { font-weight: 600 }
  .quiet { fill: #57606a }
  .ours { fill: #4c6ef5 }
  .other { fill: #adb5bd }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .quiet { fill: #9198a1 }
    .ours { fill: #748ffc }
    .other { fill: #6e7681 }
  }`

const whole = (number: number): string => Math.round(number).toLocaleString('en')

/** Draws a report as bars: requests per second, and beside them what one costs in CPU. */
export const drawChart = ({ contenders, load }: Pick<Report, 'contenders' | 'load'>): string => {
  const most = Math.max(...contenders.map(({ requestsPerSecond }) => requestsPerSecond))
  const marks: string[] = []
  let y = top
  for (const { heading, ids } of groups) {
    y += headingHeight
    marks.push(`<text class="heading" x="0" y="${y - 12}">${heading}</text>`)
    for (const id of ids) {
      const line = contenders.find((one) => one.id === id)
      if (!line) continue
      const length = Math.max(1, (line.requestsPerSecond / most) * barMax)
      const color = line.title.startsWith('Gatehouse') ? 'ours' : 'other'
      const figures = `${whole(line.requestsPerSecond)} /s · ${whole(line.cpuMicrosPerRequest)} µs`
      marks.push(
        `<text x="0" y="${y + 11}">${line.title}</text>`,
        `<rect class="${color}" x="${barsFrom}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>`,
        `<text class="quiet" x="${(barsFrom + length + 8).toFixed(1)}" y="${y + 11}">${figures}</text>`,
      )
      y += rowHeight
    }
  }
  const height = y + 8
  const what = `Requests per second, and CPU of the server for each (${load.connections} connections, ${load.rounds} rounds of ${load.seconds} s)`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${what}">
<style>${style}
</style>
<text class="quiet" x="0" y="20">${what}</text>
${marks.join('\n')}
</svg>
`
}
