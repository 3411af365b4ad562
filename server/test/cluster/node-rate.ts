import type { RateLimiter } from '../../src/ports/rate.ts'
import { RedisRateLimiter } from '../../src/ports/redis-rate.ts'
import { redisRateStore } from '../../src/ports/redis-rate-store.ts'

/** Limits that the nodes of one house share. The secret is in the names of all that is counted, so houses do not meet in one Redis. */
export const openNodeRate = async (redisUrl: string, secret: Buffer): Promise<RateLimiter> => {
  const rate = new RedisRateLimiter(redisRateStore(redisUrl), { secret })
  await rate.start()
  return rate
}
