import { emptyTrash } from '../../src/areas/library/trash/doom.ts'
import { putInTrash } from '../../src/areas/library/trash/put-in-trash.ts'
import { restoreFromTrash } from '../../src/areas/library/trash/restore.ts'
import { endTrashedRuns } from '../../src/areas/training/end-trashed-runs.ts'
import { purgeTrash } from '../../src/areas/trash/purge-trash.ts'
import type { Actor } from '../../src/door/actor.ts'
import type { House } from '../../src/house.ts'
import type { JobPayload } from '../../src/outbox/outbox.ts'

export type TrashCommand =
  | { name: 'trashProject'; projectId: string }
  | { name: 'restoreProject'; projectId: string }
  | { name: 'emptyTrash' }
  | { name: 'purgeTrash'; job: JobPayload }

export const performForTrash = async (
  house: Pick<House, 'cells' | 'files'>,
  actorOf: () => Promise<Actor>,
  command: TrashCommand,
  at: Date,
): Promise<unknown> => {
  if (command.name === 'purgeTrash') return purgeTrash({ ...house, clock: { now: () => at } }, command.job)
  const actor = await actorOf()
  if (command.name === 'emptyTrash') return emptyTrash(actor, at)
  const wanted = { id: command.projectId, type: 'project' } as const
  return actor.workspace.cell.db.transaction<unknown>((tx) =>
    command.name === 'trashProject'
      ? putInTrash(tx, endTrashedRuns, actor, wanted, at)
      : restoreFromTrash(tx, actor, wanted, at),
  )
}
