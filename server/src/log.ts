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

/** Structured logs, one JSON line each. Values are chosen at each call; nothing is serialised whole. */
export const makeLog = (level: string, destination?: DestinationStream): Log =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { fault: describeFault } },
    destination ?? pino.destination(2),
  )
