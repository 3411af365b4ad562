import { refuse } from '../../door/refusal.ts'
import { doerOf } from '../activity/doer.ts'
import type { Undoer, Undoers } from '../activity/undo/undoers.ts'
import { isAsLeft } from './change.ts'
import {
  type DatasetFields,
  lockDataset,
  requireChangeable as requireDatasetChangeable,
  writeDataset,
} from './datasets/update-dataset.ts'
import { lockModel, type ModelFields, requireChangeable, writeModel } from './models/update-model.ts'
import { lockProject, type ProjectFields, writeProject } from './projects/update-project.ts'

/** Takes a change of a project back, its name and slug together, or whom it is shown to. Refuses with undo_conflict, and with slug_taken
 *  when something else has its earlier slug by now. */
const undoProject: Undoer = {
  permission: 'library.edit',
  async undo(tx, actor, event, at) {
    const project = await lockProject(tx, actor.workspace.id, event.resourceId ?? '')
    if (!isAsLeft(project, event)) throw refuse('undo_conflict')
    await writeProject(tx, doerOf(actor), project, event.before as ProjectFields, at, { undoOf: event.id })
  },
}

/** The same of a model, refused with training_active while a training tells what it was. Arguments and results are not kept in events, so
 *  their change stays. */
const undoModel: Undoer = {
  permission: 'library.edit',
  async undo(tx, actor, event, at) {
    const model = await lockModel(tx, actor.workspace.id, event.resourceId ?? '')
    if (!isAsLeft(model, event)) throw refuse('undo_conflict')
    const before = event.before as ModelFields
    requireChangeable(model, before)
    await writeModel(tx, doerOf(actor), model, before, at, { undoOf: event.id })
  },
}

/** The same of a dataset, refused with dataset_busy while a file is taken in. Class names and metadata are not kept in events. */
const undoDataset: Undoer = {
  permission: 'library.edit',
  async undo(tx, actor, event, at) {
    const dataset = await lockDataset(tx, actor.workspace.id, event.resourceId ?? '')
    if (!isAsLeft(dataset, event)) throw refuse('undo_conflict')
    const before = event.before as DatasetFields
    requireDatasetChangeable(dataset, before)
    await writeDataset(tx, doerOf(actor), dataset, before, at, { undoOf: event.id })
  },
}

/** What the library takes back. */
export const libraryUndoers: Undoers = {
  'project/updated': undoProject,
  'project/shared': undoProject,
  'project/unshared': undoProject,
  'model/updated': undoModel,
  'dataset/updated': undoDataset,
  'dataset/shared': undoDataset,
  'dataset/unshared': undoDataset,
}
