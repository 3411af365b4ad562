import type { NewModel } from '#contract/models.ts'
import type { Actor } from '../../../door/actor.ts'
import { doerOf } from '../../activity/doer.ts'
import { lockProject } from '../projects/update-project.ts'
import { slugOf } from '../slug.ts'
import type { ModelRow } from '../table.ts'
import { createModel } from './create-model.ts'

/** Makes a model that somebody tells of: trained elsewhere when it comes with metrics or results, else untrained. Refuses with
 *  slug_taken, model_limit_reached, or project_not_found when the project went meanwhile. */
export const addModel = (
  actor: Actor,
  projectId: string,
  { slug, name, version, ...fields }: NewModel,
  at: Date,
): Promise<ModelRow> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const project = await lockProject(tx, actor.workspace.id, projectId)
    const isTrained = Object.keys(fields.metrics ?? {}).length > 0 || Boolean(fields.trainResults?.length)
    const wanted = slug ?? (slugOf(name ?? 'model') || 'model')
    return createModel(
      tx,
      doerOf(actor),
      project,
      {
        ...fields,
        slug: wanted,
        name: name ?? wanted,
        version: version || null,
        status: isTrained ? 'completed' : 'untrained',
      },
      at,
      { exact: slug !== undefined },
    )
  })
