import { grantEnterprise, grantedSeatsMax } from '../areas/workspaces/grant-enterprise.ts'
import type { Config } from '../config.ts'
import { tellEveryNode } from '../gate/cell-watch.ts'
import { makeLog } from '../log.ts'
import { CommandError, type Outcome } from './command.ts'
import { withStores } from './stores.ts'

/** `enterprise grant`: puts a workspace on the Enterprise plan. */
export const grant = async (
  { workspace, seats, until }: { workspace?: string; seats?: string; until?: string },
  config: Config,
): Promise<Outcome> => {
  if (!workspace) throw new CommandError('--workspace must name the workspace.')
  const count = Number(seats)
  if (!/^\d+$/.test(seats ?? '') || count < 1 || count > grantedSeatsMax)
    throw new CommandError(`--seats must be a whole number from 1 to ${grantedSeatsMax}.`)
  const end = until === undefined ? null : endOf(until)
  const granted = await withStores(config, async (house) => {
    const done = await grantEnterprise(
      house,
      workspace.toLowerCase(),
      { seats: count, until: end },
      new Date(),
    )
    // What is granted holds on every running node before this command has ended.
    if (done) await tellEveryNode(house.cells.get(done.cellId), makeLog('silent'))
    return done
  })
  if (!granted) throw new CommandError(`There is no workspace called ${workspace}.`)
  const facts = {
    workspace: workspace.toLowerCase(),
    plan: 'enterprise',
    seats: count,
    until: end?.toISOString() ?? null,
    ...granted,
  }
  const passed = end && end <= new Date() ? ', which has passed: only its owner gets in' : ''
  const limit = end ? `until ${end.toISOString()}${passed}` : 'without an end'
  return { sentence: `${workspace} is on Enterprise with ${count} seats, ${limit}.`, facts }
}

/** A bare day counts to its end, in UTC. */
const endOf = (until: string): Date => {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(until)
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(until)
  const at = new Date(until)
  // A day that does not exist would quietly become another one.
  const day = until.slice(0, 10)
  const exists = !Number.isNaN(at.getTime()) && new Date(day).toISOString().startsWith(day)
  if ((!isDay && !isMoment) || !exists)
    throw new CommandError(
      '--until must be a day such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z.',
    )
  return isDay ? new Date(at.getTime() + 24 * 3600 * 1000) : at
}
