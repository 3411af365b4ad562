import { counted } from '../../ui/counted.ts'
import type { ActivityEvent } from './queries.ts'
import type { Words } from './workspace-words.ts'

type Told = Pick<ActivityEvent, 'action' | 'resourceType' | 'resourceName' | 'metadata'>

/** Where the metadata of projects, datasets, models and trainings says more than type and action do. */
export const libraryWords = ({
  action,
  resourceType,
  resourceName: name,
  metadata = {},
}: Told): Words | undefined => {
  if (metadata.change === 'cancel_requested') return { lead: 'Asked to stop training', name }
  if (metadata.change === 'trash_emptied') return { lead: 'Emptied the trash' }
  if (metadata.kind === 'icon') return iconWords(resourceType, name, metadata.icon)
  if (metadata.kind === 'profile' || metadata.kind === 'preferences')
    return { lead: `Changed the ${metadata.kind}` }
  const [before, after] = [nameIn(metadata.before), nameIn(metadata.after)]
  if (action === 'updated' && resourceType !== 'settings' && before && after && before !== after)
    return { lead: `Renamed ${resourceType}`, name: before, tail: `to ${after}` }
  if (action === 'trashed' && modelsIn(metadata.cascadedModels))
    return {
      lead: `Moved ${resourceType}`,
      name,
      tail: `with ${modelsIn(metadata.cascadedModels)} to the trash`,
    }
  if (action === 'deleted' && metadata.reason === 'expired')
    return { lead: `Deleted ${resourceType}`, name, tail: 'after 30 days in the trash' }
  if (action === 'cloned' && typeof metadata.from === 'string')
    return { lead: `Cloned ${resourceType}`, name, tail: `from ${metadata.from}` }
  if (action === 'uploaded' && typeof metadata.file === 'string')
    return { lead: `Uploaded ${metadata.file} to ${resourceType}`, name }
  if (action === 'created' && resourceType === 'model' && typeof metadata.project === 'string')
    return { lead: 'Created model', name, tail: `in ${metadata.project}` }
  return undefined
}

const iconWords = (type: string, name: string | undefined, icon: unknown): Words => {
  const lead = icon === 'removed' ? 'Removed the picture' : 'Changed the picture'
  return type === 'settings' ? { lead } : { lead: `${lead} of ${type}`, name }
}

const nameIn = (fields: unknown): string | undefined => {
  const name = typeof fields === 'object' && fields !== null && 'name' in fields ? fields.name : undefined
  return typeof name === 'string' ? name : undefined
}

const modelsIn = (models: unknown): string | undefined =>
  typeof models === 'number' && models > 0 ? counted(models, 'model') : undefined
