import { eq } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { Tx } from '../../cells/database.ts'
import type { House } from '../../house.ts'
import { escapeHtml } from '../../html.ts'
import { addJob, type JobPayload } from '../../outbox/outbox.ts'
import type { Mail } from '../../ports/mail.ts'
import { button, page } from '../accounts/mails/layout.ts'
import { findPerson } from '../accounts/profiles/find-person.ts'
import { loadProfile } from '../accounts/profiles/profile.ts'
import { models, projects } from '../library/table.ts'
import { findMembership } from '../workspaces/find-membership.ts'
import { trainingRuns } from './table.ts'

/** Has the person who started a run told by mail that it ended, once that has committed. Whoever cancels one knows already. */
export const tellOfEnd = async (
  tx: Tx,
  cell: Cell,
  runId: string,
  status: 'completed' | 'failed' | 'cancelled',
): Promise<void> => {
  if (status !== 'cancelled') await addJob(tx, 'mail-training-ended', { cellId: cell.id, runId })
}

/** Job: mails it, unless the person does not want such mail (SPEC 3.5), is gone, or has left the workspace. */
export const mailTrainingEnded = async (
  house: Pick<House, 'cells' | 'directory' | 'keyRing' | 'mail' | 'siteUrl' | 'clock'>,
  { cellId = '', runId = '' }: JobPayload,
): Promise<void> => {
  const { mail, siteUrl } = house
  const cell = house.cells.get(cellId)
  const { db } = cell
  const [ended] = await db
    .select({ run: trainingRuns, model: models, project: projects })
    .from(trainingRuns)
    .innerJoin(models, eq(models.id, trainingRuns.modelId))
    .innerJoin(projects, eq(projects.id, models.projectId))
    .where(eq(trainingRuns.id, runId))
  if (!ended) return
  const { run, model, project } = ended
  const isMember = await findMembership(cell, run.workspaceId, run.startedBy, house.clock.now())
  const person = isMember && (await findPerson(house, run.startedBy))
  if (!person?.preferences.mail.trainingComplete) return
  const { username } = await loadProfile(db, run.workspaceId)
  const url = `${siteUrl()}/${username}/${project.slug}/${model.slug}`
  await mail.send(trainingMail(person.email, model.name, run.status === 'completed', url))
}

const trainingMail = (to: string, model: string, isCompleted: boolean, url: string): Mail => {
  const subject = isCompleted ? `Training of ${model} is complete` : `Training of ${model} has failed`
  const sentence = isCompleted
    ? 'Its results and weights are on the page of the model.'
    : 'The page of the model shows what it did until then.'
  return {
    to,
    subject,
    text: `${subject}.\n\n${sentence}\n\n${url}\n\nWhich mails you get is set under Settings.\n`,
    html: page(
      escapeHtml(subject),
      `<p>${sentence}</p>
${button(url, 'Look at the model')}
<p style="color:#5b6470;font-size:14px">Which mails you get is set under Settings.</p>`,
    ),
  }
}
