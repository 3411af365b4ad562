import type { Model } from './queries.ts'

/** How many epochs are behind a model. Total is undefined where the client never said. */
export const epochsDone = ({
  currentEpoch = 0,
  epochs,
}: Pick<Model, 'currentEpoch' | 'epochs'>): { done: number; total: number | undefined } =>
  epochs ? { done: Math.min(currentEpoch, epochs), total: epochs } : { done: currentEpoch, total: undefined }

/** Fitness as people compare it: four digits after the point. */
export const fitnessText = (fitness: number | undefined): string =>
  fitness === undefined ? '–' : fitness.toFixed(4)
