import type { LightMyRequestResponse } from 'fastify'
import { errors } from '#contract/errors.ts'
import { addressOf } from '../hostile/refused.ts'
import type { Base, HostileRoute, Method } from '../hostile/row.ts'
import { nowhere } from './place.ts'
import type { AccessRow, Asker, Scene, Target } from './row.ts'
import type { World } from './world.ts'

/** How a request went. `mark` is what the table shows: let through, or what the door refused it for; `?` is a refusal of another kind,
 *  told by `reason`. */
export type Outcome = {
  mark: Mark
  reason: string
  /** Whether the answer named something private of a workspace that the asker does not belong to. */
  isTelling: boolean
  /** What became of the same request with HEAD, where that differs. */
  asHead?: number
}

const marks = {
  authentication_required: '1',
  invalid_api_key: '1',
  permission_denied: 'r',
  scope_missing: 's',
  session_only: 'b',
  workspace_mismatch: 'w',
  workspace_not_found: '0',
} as const

export type Mark = '+' | '?' | (typeof marks)[keyof typeof marks]

/** One line of the table. */
export type Line = { row: AccessRow; target: Target; outcomes: Map<Asker, Outcome> }

/** Everybody asks for everything, one after another. What is got is asked for with HEAD as well, which must go the same way. */
export const sweep = async (world: World, rows: readonly AccessRow[]): Promise<Line[]> => {
  const lines: Line[] = []
  for (const row of rows)
    for (const target of row.targets) {
      const outcomes = new Map<Asker, Outcome>()
      for (const asker of world.askers) {
        const scene = sceneOf(world, asker, target)
        const reply = await send(row, scene)
        const outcome: Outcome = {
          ...outcomeOf(reply),
          isTelling: privateIds(world, asker).some((id) => reply.body.includes(id)),
        }
        outcomes.set(asker, outcome)
        if (!row.route.startsWith('GET ') || target !== row.targets[0]) continue
        const head = await send(row, scene, 'HEAD')
        if (head.statusCode !== reply.statusCode) outcome.asHead = head.statusCode
      }
      lines.push({ row, target, outcomes })
    }
  return lines
}

const privateIds = ({ team, other }: World, { role }: Asker): string[] =>
  (role === null ? [team, other] : [other]).flatMap(({ library, datasets }) => [
    library.private.projectId,
    library.private.modelId,
    library.private.runId,
    datasets.private.id,
  ])

export const nameOf = ({ route, about }: AccessRow): string => (about ? `${route} (${about})` : route)

const sceneOf = (world: World, asker: Asker, target: Target): Scene => {
  const place = target === 'other' || target === 'cross' ? world.other : world.team
  const owner = target === 'other' ? world.other.username : world.team.username
  return { world, asker, target, owner, place }
}

/** What somebody is told who names another workspace, and who names one that nobody has. */
export const tellApart = async (world: World, row: AccessRow, asker: Asker): Promise<[string, string]> => {
  const scene = sceneOf(world, asker, 'other')
  const answers = []
  for (const place of [world.other, nowhere])
    answers.push(wordsOf(await send(row, { ...scene, place, owner: place.username })))
  return answers as [string, string]
}

const wordsOf = ({ statusCode, body }: LightMyRequestResponse): string => {
  const { requestId: _requestId, ...words } = body ? JSON.parse(body) : {}
  return JSON.stringify({ statusCode, ...words })
}

const send = async (row: AccessRow, scene: Scene, verb?: 'HEAD'): Promise<LightMyRequestResponse> => {
  const { call = scene.asker.call, body, headers, params, query } = (await row.ask(scene)) as Base
  const { owner: _owner, ...withoutName } = query ?? {}
  const address = addressOf(row as Pick<HostileRoute, 'route'>, {
    call,
    ...(params ? { params } : {}),
    query: scene.target === 'bare' ? withoutName : (query ?? {}),
  })
  return call(verb ?? (row.route.split(' ')[0] as Method), address, body, headers)
}

const outcomeOf = ({
  statusCode,
  headers,
  body,
}: LightMyRequestResponse): Pick<Outcome, 'mark' | 'reason'> => {
  if (statusCode < 400) return { mark: '+', reason: '' }
  if (!String(headers['content-type']).startsWith('application/json'))
    throw new Error(`Not a refusal: ${statusCode} ${body.slice(0, 200)}`)
  const { reason } = JSON.parse(body) as { reason: keyof typeof errors }
  // Let through, to where a machine would be.
  if (reason === 'runtime_not_configured') return { mark: '+', reason: '' }
  if (errors[reason]?.status !== statusCode) throw new Error(`${reason} came with ${statusCode}`)
  return { mark: marks[reason as keyof typeof marks] ?? '?', reason }
}
