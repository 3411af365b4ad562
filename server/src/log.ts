import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

/** What the log may know of a fault: its kind, Postgres' code, and where it happened. Never its message: a failed query carries the
 *  values it was given, and those hold secrets and addresses. */
export const describeFault = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, constraint, routine, table, column } = error as unknown as Record<string, unknown>
  // A message may hold lines that look like frames, so it goes before the frames are picked out.
  const frames = (error.stack ?? '')
    .replace(error.message, () => '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim())
  return {
    type: error.name,
    ...Object.fromEntries(
      Object.entries({ code, constraint, routine, table, column }).filter(
        ([, value]) => typeof value === 'string',
      ),
    ),
    frames,
    ...(error.cause ? { cause: describeFault(error.cause) } : {}),
  }
}

/** How much of the log gathers before it is written, and how long it may wait for that. */
const gatheredBytes = 4096
const gatheredMs = 200
const { warn: warning = 40 } = pino.levels.values

/** Writes lines several at a time: a system call for each cost more than anything else the server does of its own for a request. A line
 *  of level `warn` or above is written at once, after those before it. A process that is killed may lose lines of `info` and below of
 *  its last 200 ms; one that exits, or dies of an exception, loses nothing. */
export const gatherLines = (fd: number): DestinationStream => {
  const file = pino.destination({ dest: fd, sync: true, minLength: gatheredBytes, periodicFlush: gatheredMs })
  process.on('exit', () => file.flush())
  return {
    // So that pino tells the level of each line.
    [pino.symbols.needsMetadataGsym]: true,
    lastLevel: 0,
    write(this: { lastLevel: number }, line: string) {
      file.write(line)
      if (this.lastLevel >= warning) file.flush()
    },
  } as DestinationStream
}

/** Structured logs, one JSON line each. Values are chosen at each call; nothing is serialised whole. */
export const makeLog = (level: string, destination: DestinationStream = gatherLines(2)): Log =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { fault: describeFault } },
    destination,
  )
