import type { TrashItem } from '#contract/trash.ts'
import { counted } from '../../ui/counted.ts'

/** How long something can still be restored. */
export const timeLeft = (days: number): string => (days === 0 ? 'Last day' : `${counted(days, 'day')} left`)

/** What restoring brings back, for the question. */
export const comesBack = ({ name, type, cascadedCount = 0 }: TrashItem): string => {
  if (type === 'dataset') return `“${name}” comes back where it was, with its images and annotations.`
  if (type === 'model') return `“${name}” comes back where it was, with its weights, runs and exports.`
  return cascadedCount > 0
    ? `“${name}” comes back where it was, with ${counted(cascadedCount, 'model')} that went along.`
    : `“${name}” comes back where it was.`
}

/** What deleting for good takes, for the question. */
export const goesForGood = ({ type, cascadedCount = 0 }: TrashItem): string => {
  if (type === 'dataset') return 'Its images and annotations are deleted with it.'
  if (type === 'model') return 'Its weights, runs and exports are deleted with it.'
  return cascadedCount > 0
    ? `All its models are deleted with it: ${counted(cascadedCount, 'model')} that went along, and any you had deleted before.`
    : 'Models of it that you had deleted before are deleted with it.'
}
