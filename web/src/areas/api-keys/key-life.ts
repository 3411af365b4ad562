import { rotateAfterDays } from '#contract/api-keys.ts'
import type { ApiKey } from './queries.ts'

const dayMs = 24 * 60 * 60 * 1000
const soonDays = 7

const moment = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' })

/** A point in time that may lie ahead: "March 5, 2027 at 1:15 PM". */
export const onTheClock = (at: string | Date): string => moment.format(new Date(at))

/** Whether it ends by itself within a week. */
export const endsSoon = ({ status, expiresAt }: Pick<ApiKey, 'status' | 'expiresAt'>, now: Date): boolean =>
  status !== 'expired' &&
  expiresAt !== undefined &&
  new Date(expiresAt).getTime() - now.getTime() < soonDays * dayMs

/** Whether it is old enough to be replaced. One that ends soon need not be. */
export const wantsRotation = (
  apiKey: Pick<ApiKey, 'status' | 'expiresAt' | 'createdAt' | 'replacedAt'>,
  now: Date,
): boolean =>
  apiKey.status === 'active' &&
  apiKey.replacedAt === undefined &&
  !endsSoon(apiKey, now) &&
  now.getTime() - new Date(apiKey.createdAt).getTime() > rotateAfterDays * dayMs
