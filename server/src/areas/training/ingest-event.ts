import type { Reply } from '#contract/endpoint.ts'
import type { ingestTrainingEvent, TrainingEvent } from '#contract/training.ts'
import type { Actor } from '../../door/actor.ts'
import type { ModelRow } from '../library/table.ts'
import { completeRun, recordCheckpoint } from './end-run.ts'
import { recordConsole, recordEpoch } from './record-progress.ts'
import type { Run } from './run.ts'
import { startRun } from './start-run.ts'

/** Takes one event of a training client (SPEC 16.1) and answers what the client needs to go on: its model, and whether somebody
 *  wants it to stop. */
export const ingestEvent = async (
  actor: Actor,
  event: TrainingEvent,
  at: Date,
): Promise<Reply<typeof ingestTrainingEvent>> => {
  const { run, model } = await apply(actor, event, at)
  const stop = run.cancelRequestedAt !== null && event.event !== 'training_complete'
  return {
    modelId: model.id,
    modelSlug: model.slug,
    runId: run.id,
    received: true,
    ...(stop ? { cancelled: true } : {}),
  }
}

const apply = (actor: Actor, event: TrainingEvent, at: Date): Promise<{ run: Run; model: ModelRow }> => {
  switch (event.event) {
    case 'training_started':
      return startRun(actor, event, at)
    case 'epoch_end':
      return recordEpoch(actor, event, at)
    case 'console_output':
      return recordConsole(actor, event, at)
    case 'checkpoint_saved':
      return recordCheckpoint(actor, event, at)
    case 'training_complete':
      return completeRun(actor, event, at)
    default:
      return event satisfies never
  }
}
