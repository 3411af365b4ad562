import type { FastifyInstance } from 'fastify'
import { coversScope, type Scope } from '#contract/permissions.ts'
import * as contract from '#contract/trash.ts'
import { bySessionOrKey } from '../../door/access.ts'
import type { Actor } from '../../door/actor.ts'
import { deniedByScope } from '../../door/helpful.ts'
import { refuse } from '../../door/refusal.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { deleteForGood, emptyTrash } from '../library/trash/doom.ts'
import { findEmptying } from '../library/trash/emptying.ts'
import { listTrash } from '../library/trash/list-trash.ts'
import { restoreFromTrash } from '../library/trash/restore.ts'

const tag = 'Trash'

export const trashRoutes = (app: FastifyInstance, { clock }: House): void => {
  const viewing = { access: bySessionOrKey('library.view', 'read'), rate: 'default', tag } as const
  const restoring = { access: bySessionOrKey('trash.manage', 'write'), rate: 'default', tag } as const
  const emptying = { access: bySessionOrKey('trash.manage', 'admin'), rate: 'default', tag } as const
  const deleting = { access: bySessionOrKey('trash.manage', 'write', 'admin'), rate: 'default', tag } as const

  route(app, contract.listTrash, viewing, ({ actor, query }) => listTrash(actor, query, clock.now()))

  route(app, contract.restoreTrash, restoring, async ({ actor, body }) => ({
    success: true,
    ...(await actor.workspace.cell.db.transaction((tx) =>
      restoreFromTrash(tx, actor, wantedOf(body), clock.now()),
    )),
  }))

  // One thing is a change like any other; everything takes the scope that emptying takes (SPEC 5.3).
  route(app, contract.deleteTrash, deleting, async ({ actor, body }) => {
    requireScope(actor, 'all' in body ? 'admin' : 'write')
    return 'all' in body ? emptyTrash(actor, clock.now()) : deleteForGood(actor, wantedOf(body), clock.now())
  })

  for (const endpoint of [contract.emptyTrash, contract.emptyTrashByPost])
    route(app, endpoint, emptying, ({ actor }) => emptyTrash(actor, clock.now()))

  route(app, contract.getTrashJob, viewing, async ({ actor, params }) => {
    const found = await findEmptying(actor.workspace.cell.db, actor.workspace.id, params.id)
    if (!found) throw refuse('trash_job_not_found')
    return found
  })
}

type Wanted = { type: contract.TrashType } & ({ id: string } | { itemId: string })

const wantedOf = (body: Wanted) => ({ id: 'id' in body ? body.id : body.itemId, type: body.type })

const requireScope = ({ credential }: Actor, scope: Scope): void => {
  if (credential.kind === 'key' && !coversScope(credential.scopes, [scope]))
    throw deniedByScope(credential, [scope])
}
