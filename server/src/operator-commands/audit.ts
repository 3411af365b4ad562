import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { checkChain, hasChain, listChains } from '../areas/activity/chain/check-chain.ts'
import { exportChain } from '../areas/activity/chain/export-chain.ts'
import { writeLine } from '../areas/activity/chain/export-form.ts'
import { readLines } from '../areas/activity/chain/read-lines.ts'
import { Checkpoint, isGenuine } from '../areas/activity/chain/signed.ts'
import { findNewestCheckpoint, listSignedWorkspaces } from '../areas/activity/chain/take-checkpoints.ts'
import { verifyExport } from '../areas/activity/chain/verify-export.ts'
import { locateWorkspace } from '../areas/workspaces/find-membership.ts'
import type { Cell } from '../cells/cells.ts'
import type { Config } from '../config.ts'
import { checkSecrets } from '../directory/installation.ts'
import { CommandError, type Outcome, type Say } from './command.ts'
import { type Stores, withStores } from './stores.ts'

/** `audit export`: writes the chain of a workspace to a file of its own, or to where the command speaks to. */
export const exportAudit = async (
  { workspace, out }: { workspace?: string; out?: string },
  config: Config,
  say: Say,
): Promise<Outcome> => {
  const username = named(workspace)
  return withStores(config, async (house) => {
    // Another key would sign here as readily.
    await checkSecrets(house.directory, house.keyRing)
    const { cell, workspaceId } = await locate(house, username)
    let events = 0
    const written = async function* () {
      for await (const line of exportChain(chainStores(house, cell), workspaceId, new Date())) {
        if (line.kind === 'event' || line.kind === 'missing') events++
        yield `${writeLine(line)}\n`
      }
    }
    if (out === undefined) {
      for await (const line of written()) await say.out(line)
      return { facts: {} }
    }
    // Readable by its owner only, and never in place of another.
    await pipeline(Readable.from(written()), createWriteStream(out, { flags: 'wx', mode: 0o600 })).catch(
      (error: NodeJS.ErrnoException) => {
        throw error.syscall === 'open' ? new CommandError(`${out} cannot be made: ${error.code}.`) : error
      },
    )
    return {
      sentence: `Wrote ${counted(events, 'event')} of ${workspace} to ${out}. Check it with: audit verify ${out}`,
      facts: { workspaceId, events, out },
    }
  })
}

/** `audit verify`: follows an export with nothing but the file. */
export const verifyAudit = async (
  file: string | undefined,
  { checkpoint, publicKeys }: { checkpoint: string | undefined; publicKeys: string[] | undefined },
): Promise<Outcome> => {
  if (!file) throw new CommandError('Which file? See --help.')
  const known = {
    ...(publicKeys ? { publicKeys } : {}),
    ...(checkpoint === undefined ? {} : { checkpoint: await readCheckpoint(checkpoint) }),
  }
  const verdict = await verifyExport(readLines(file), known).catch((error: NodeJS.ErrnoException) => {
    throw error.code === undefined ? error : new CommandError(`${file} cannot be read: ${error.code}.`)
  })
  if (!verdict.ok)
    return { sentence: `Line ${verdict.line} is wrong. ${verdict.why}`, facts: verdict, failed: true }
  const { events, workspaceId, at, checkpoints } = verdict
  const keys = verdict.publicKeys.map(({ publicKey }) => publicKey).join(', ')
  const trust = publicKeys
    ? 'by a key you gave'
    : `by ${keys}. Compare that with the key you know, or give it as --public-key`
  return {
    sentence: `Whole: ${counted(events, 'event')} of workspace ${workspaceId}, ${counted(checkpoints, 'checkpoint')}, signed at ${at} ${trust}.`,
    facts: verdict,
  }
}

/** `audit checkpoint`: the newest checkpoint, as the same line with and without --json. */
export const printCheckpoint = async (
  { workspace }: { workspace?: string },
  config: Config,
): Promise<Outcome> => {
  const username = named(workspace)
  const newest = await withStores(config, async (house) => {
    const { cell, workspaceId } = await locate(house, username)
    const found = await Promise.all(
      [cell.pool, house.directory.database.pool].map((pool) => findNewestCheckpoint(pool, workspaceId)),
    )
    return found
      .filter((checkpoint) => checkpoint !== undefined)
      .sort((one, other) => other.position - one.position)[0]
  })
  if (!newest)
    throw new CommandError(
      `${workspace} has no checkpoint yet. The first follows its first event within seconds.`,
    )
  if (!isGenuine(newest))
    throw new CommandError(`The newest checkpoint of ${workspace} is not signed by its key.`)
  return { sentence: JSON.stringify(newest), facts: newest }
}

/** `audit check`: holds feed, chain and checkpoints of one workspace or all against each other. */
export const checkAudit = async ({ workspace }: { workspace?: string }, config: Config): Promise<Outcome> =>
  withStores(config, async (house) => {
    const counts = { workspaces: 0, events: 0 }
    const problems: { workspaceId: string; problem: string }[] = []
    for await (const { cell, workspaceId } of workspace
      ? [await locate(house, named(workspace))]
      : all(house)) {
      const checked = await checkChain(chainStores(house, cell), workspaceId, new Date())
      counts.workspaces++
      counts.events += checked.events
      problems.push(...checked.problems.map((problem) => ({ workspaceId, problem })))
    }
    const found = problems.map(({ workspaceId, problem }) => `${workspaceId}: ${problem}`).join('\n')
    const whole = `Whole: ${counted(counts.events, 'event')} in ${counted(counts.workspaces, 'workspace')}.`
    return {
      sentence: problems.length > 0 ? found : whole,
      facts: { ok: problems.length === 0, ...counts, problems },
      failed: problems.length > 0,
    }
  })

type Place = { cell: Cell; workspaceId: string }

/** Every chain of every cell, and those that only the directory has heard of although their workspace is there. */
async function* all({ directory, cells }: Stores): AsyncGenerator<Place> {
  for (const cell of cells.all)
    for await (const workspaceId of listChains(cell.pool)) yield { cell, workspaceId }
  for await (const workspaceId of listSignedWorkspaces(directory.database.pool)) {
    const cell = cells.find((await directory.findCellOf(workspaceId)) ?? '')
    if (cell && !(await hasChain(cell.pool, workspaceId))) yield { cell, workspaceId }
  }
}

const locate = async (house: Stores, username: string): Promise<Place> => {
  const place = await locateWorkspace(house, username)
  if (!place) throw new CommandError(`There is no workspace called ${username}.`)
  return place
}

const named = (workspace: string | undefined): string => {
  if (!workspace) throw new CommandError('--workspace must name the workspace.')
  return workspace.toLowerCase()
}

const chainStores = ({ directory, keyRing }: Stores, cell: Cell) => ({
  cell: cell.pool,
  directory: directory.database.pool,
  keyRing,
})

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const readCheckpoint = async (file: string): Promise<Checkpoint> => {
  try {
    return Checkpoint.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    throw new CommandError(`${file} does not hold a checkpoint as "audit checkpoint" prints it.`)
  }
}
