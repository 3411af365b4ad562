import { Redis } from 'ioredis'

/** An allowance that is over: `used` of its `size` requests passed, the last of them at `lastMs`. */
export type Settled = { id: string; size: number; used: number; lastMs: number }

/** A node asks for up to `wanted` requests of a subject, of which `waiting` pass at once. */
export type Question = {
  subject: string
  atMs: number
  windowMs: number
  limit: number
  waiting: number
  wanted: number
  holdMs: number
  /** The name of what is granted: no two have the same. */
  id: string
  /** What became of the one before. */
  settled: Settled | null
}

/** What waits passes at the question's time; what was granted beyond it, for those who come, may be used for `holdMs` more. `left` are left
 *  for everybody. `firstMs` is when the oldest one that counts was used, or will have been at the latest. */
export type Answer = { granted: number; left: number; firstMs: number }

/** What nodes share. Every call may fail or never answer. */
export type RateStore = {
  connect(): Promise<void>
  ask(question: Question): Promise<Answer>
  forget(subject: string): Promise<void>
  close(): void
}

/** One sorted set for each subject. A member `id:size` is a grant, its score the last moment at which it may be used; the member
 *  `used` carries the sum of all as a negative score. Times are the callers': Redis's own clock only removes sets that nobody asks for any
 *  more. */
const script = `
local key = KEYS[1]
local at, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local waiting, wanted, hold, id = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
local function put(score, member) redis.call('ZADD', key, string.format('%.0f', score), member) end

local used = -tonumber(redis.call('ZSCORE', key, 'used') or '0')
local changed = false

local size, kept, last = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
if size > 0 and redis.call('ZREM', key, ARGV[11] .. ':' .. ARGV[8]) == 1 then
  used = used - size + kept
  changed = true
  if kept > 0 then put(last, ARGV[11] .. ':' .. ARGV[9]) end
end

local edge = string.format('%.0f', at - window)
local gone = redis.call('ZRANGEBYSCORE', key, '(0', edge)
if #gone > 0 then
  for _, member in ipairs(gone) do used = used - tonumber(string.match(member, ':(%d+)$')) end
  redis.call('ZREMRANGEBYSCORE', key, '(0', edge)
  changed = true
end

local left = limit - used
local granted = math.max(0, math.min(left, math.max(waiting, math.min(wanted, math.floor(left / 4)))))
if granted > 0 then
  used = used + granted
  changed = true
  put(granted > waiting and at + hold or at, id .. ':' .. string.format('%.0f', granted))
end
if changed then put(-used, 'used') end
-- A minute over, for clocks that do not run alike.
if granted > 0 then redis.call('PEXPIRE', key, string.format('%.0f', window + hold + 60000)) end

local first = redis.call('ZRANGEBYSCORE', key, '(0', '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
return {granted, limit - used, tonumber(first[2]) or at}
`

const prefix = 'gatehouse:rate:'

/** A Redis or Valkey at `url`. Nothing is queued or sent twice: a command fails at once while there is no connection, and a connection is
 *  sought for as long as there is none. */
export const redisRateStore = (url: string): RateStore => {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    disableClientInfo: true,
    connectTimeout: 1000,
    // A machine that vanished does not say so.
    socketTimeout: 3000,
    retryStrategy: () => 500,
    scripts: { takeRate: { lua: script, numberOfKeys: 1 } },
  })
  // Told by the commands that fail; unheard, it would end the process.
  client.on('error', () => {})
  return {
    connect: () => client.connect(),
    async ask({ subject, atMs, windowMs, limit, waiting, wanted, holdMs, id, settled }) {
      const { size, used, lastMs, id: earlier } = settled ?? { size: 0, used: 0, lastMs: 0, id: '' }
      const numbers = [atMs, windowMs, limit, waiting, wanted, holdMs]
      const answer = await takeRate(client)(prefix + subject, ...numbers, id, size, used, lastMs, earlier)
      const [granted = 0, left = 0, firstMs = atMs] = answer
      return { granted, left, firstMs }
    },
    async forget(subject) {
      await client.del(prefix + subject)
    },
    close: () => client.disconnect(),
  }
}

type TakeRate = (key: string, ...args: (string | number)[]) => Promise<number[]>

/** ioredis adds the script as a method, sends it by its digest, and whole where the server does not know it (any more). */
const takeRate = (client: Redis): TakeRate => (client as Redis & { takeRate: TakeRate }).takeRate.bind(client)
