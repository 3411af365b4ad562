import type { TrashType } from '#contract/trash.ts'
import { Refusal, refuse } from '../../../door/refusal.ts'
import { type Undoable, type Undoer, type Undoers, undoOf } from '../../activity/undo/undoers.ts'
import { type EndRuns, putInTrash } from './put-in-trash.ts'
import { restoreFromTrash } from './restore.ts'

/** Trashing is undone by restoring what went then, restoring by trashing again. A conflict is when it is no longer where the event left
 *  it: restored, deleted for good, or in the trash again. */
export const undoTrash = (endRuns: EndRuns): Undoers => ({
  'project/trashed': backFromTrash('project'),
  'model/trashed': backFromTrash('model'),
  'dataset/trashed': backFromTrash('dataset'),
  'project/restored': backToTrash('project', endRuns),
  'model/restored': backToTrash('model', endRuns),
  'dataset/restored': backToTrash('dataset', endRuns),
})

const backFromTrash = (type: TrashType): Undoer => ({
  permission: 'trash.manage',
  covers,
  undo: (tx, actor, event, at) =>
    unlessMoved(() =>
      restoreFromTrash(
        tx,
        actor,
        { id: event.resourceId ?? '', type, batchId: batchOf(event) },
        at,
        undoOf(event),
      ),
    ),
})

const backToTrash = (type: TrashType, endRuns: EndRuns): Undoer => ({
  permission: 'library.trash',
  covers,
  undo: (tx, actor, event, at) =>
    unlessMoved(() =>
      putInTrash(tx, endRuns, actor, { id: event.resourceId ?? '', type }, at, undoOf(event)),
    ),
})

const batchOf = ({ metadata }: Undoable): string | undefined =>
  typeof metadata.batchId === 'string' ? metadata.batchId : undefined

const covers = (event: Undoable): boolean => event.resourceId !== null && batchOf(event) !== undefined

/** It is not where the event left it. */
const movedOn = new Set(['trash_item_not_found', 'project_not_found', 'model_not_found', 'dataset_not_found'])

const unlessMoved = async (undo: () => Promise<unknown>): Promise<void> => {
  try {
    await undo()
  } catch (fault) {
    if (fault instanceof Refusal && movedOn.has(fault.reason)) throw refuse('undo_conflict', { cause: fault })
    throw fault
  }
}
