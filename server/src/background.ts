import type { Region } from '#contract/common.ts'
import { usernameSettlement } from './areas/accounts/create-user.ts'
import { emailSettlement } from './areas/accounts/emails/remove-email.ts'
import { passkeySettlement } from './areas/accounts/factors/remove-passkey.ts'
import { identitySettlement } from './areas/accounts/identities/disconnect-identity.ts'
import { mailNotice } from './areas/accounts/notices.ts'
import { mailPasswordReset, startPasswordReset } from './areas/accounts/passwords/forgot-password.ts'
import { sweepDevices } from './areas/accounts/sessions/known-device.ts'
import { sweepSessions } from './areas/accounts/sessions/session.ts'
import { sweepSignUps } from './areas/accounts/sign-up/sweep-sign-ups.ts'
import { linkEvents } from './areas/activity/chain/link-events.ts'
import { thinCheckpoints } from './areas/activity/chain/thin-checkpoints.ts'
import { indexNames } from './areas/activity/search/index-names.ts'
import { sweepUses } from './areas/api-keys/list-uses.ts'
import { mailKeyReminder, remindToRotate } from './areas/api-keys/remind-to-rotate.ts'
import { apiKeySettlement, dropKeysOf, listKeyEntries } from './areas/api-keys/revoke-api-key.ts'
import { removeImageFiles, sweepImageFiles } from './areas/library/datasets/files/release-files.ts'
import { resumeDatasetJobs } from './areas/library/datasets/ingest/turn.ts'
import { workOnDataset } from './areas/library/datasets/ingest/work-on-dataset.ts'
import { eraseFiles, eraseLibrary } from './areas/library/erase-library.ts'
import { copyWeights } from './areas/library/models/copy-weights.ts'
import { reconcileStorage } from './areas/library/storage/recalculate-storage.ts'
import { sweepUploads } from './areas/library/uploads/sweep-uploads.ts'
import { endSilentRuns } from './areas/training/end-run.ts'
import { mailTrainingEnded } from './areas/training/mail-training-ended.ts'
import { purgeDue, purgeTrash } from './areas/trash/purge-trash.ts'
import { forgetToken } from './areas/workspaces/invites/change-invite.ts'
import { mailInvite } from './areas/workspaces/invites/invite-mail.ts'
import {
  inviteSettlement,
  lapseInvites,
  listInviteEntries,
  mailInviteLapsed,
  sweepInvites,
} from './areas/workspaces/invites/lapse-invites.ts'
import { memberSettlement } from './areas/workspaces/members/member-entry.ts'
import { passOnName } from './areas/workspaces/settings.ts'
import { type Eraser, eraseDeletedTeam } from './areas/workspaces/teams/delete-team.ts'
import { slotSettlement } from './areas/workspaces/teams/team-slots.ts'
import { settleDirectory } from './directory/janitor.ts'
import type { House } from './house.ts'
import type { Metrics } from './operator/metrics.ts'
import { type Jobs, long } from './outbox/outbox.ts'
import type { Schedule } from './outbox/schedules.ts'

/** What is done apart from requests, by name: what a transaction left behind in the outbox. */
export const jobsOf = (house: House): Jobs => ({
  'start-password-reset': (payload) => startPasswordReset(house, payload),
  'mail-notice': (payload) => mailNotice(house, payload),
  'mail-password-reset': (payload) => mailPasswordReset(house, payload),
  'forget-invite-token': (payload) => forgetToken(house, payload),
  'mail-invite': (payload) => mailInvite(house, payload),
  'mail-invite-lapsed': (payload) => mailInviteLapsed(house, payload),
  'mail-key-reminder': (payload) => mailKeyReminder(house, payload),
  'rename-guest': (payload) => passOnName(house, payload),
  'erase-team': (payload) => eraseDeletedTeam(house, erasersOf(house), payload),
  'mail-training-ended': (payload) => mailTrainingEnded(house, payload),
  'purge-trash': (payload) => purgeTrash(house, payload),
  'copy-weights': (payload) => copyWeights(house, payload),
  'work-on-dataset': long((payload, signal) => workOnDataset(house, payload, signal)),
  'remove-image-files': (payload) => removeImageFiles(house, payload),
  'remove-file': ({ region, key = '' }) => house.files.remove(region as Region, key),
})

/** What is taken away of a team before its rows go, in this order: entries first, so that nothing points at what is gone. */
const erasersOf = (house: House): Eraser[] => [
  listKeyEntries,
  listInviteEntries,
  async (cell, workspaceId) => {
    await eraseFiles(house, cell, workspaceId)
    await eraseLibrary(cell, workspaceId)
    return []
  },
]

/** What is done by the clock. `flush` writes what this process gathered in memory. */
export const schedulesOf = (house: House, metrics: Metrics, flush: () => Promise<void>): Schedule[] => {
  const settlements = {
    email: emailSettlement(house),
    username: usernameSettlement(house),
    external_login: identitySettlement(house),
    passkey: passkeySettlement(house),
    api_key: apiKeySettlement(house),
    invite_token: inviteSettlement(house),
    membership: memberSettlement(house, dropKeysOf),
    team_slot: slotSettlement(house),
  }
  return [
    {
      name: 'settle-directory',
      everySeconds: 30,
      run: (at) => settleDirectory(house.directory, settlements, at),
    },
    { name: 'index-names', everySeconds: 5, run: () => indexNames(house) },
    { name: 'flush', everySeconds: 10, everywhere: true, run: flush },
    { name: 'link-events', everySeconds: 1, run: (at) => linkEvents(house, at) },
    { name: 'thin-checkpoints', everySeconds: 86_400, run: (at) => thinCheckpoints(house, at) },
    { name: 'end-silent-runs', everySeconds: 60, run: (at) => endSilentRuns(house, at) },
    { name: 'lapse-invites', everySeconds: 60, run: (at) => lapseInvites(house, at) },
    { name: 'sweep-invites', everySeconds: 86_400, run: (at) => sweepInvites(house, at) },
    { name: 'remind-to-rotate', everySeconds: 3600, run: (at) => remindToRotate(house, at) },
    { name: 'sweep-key-uses', everySeconds: 86_400, run: (at) => sweepUses(house, at) },
    { name: 'sweep-sessions', everySeconds: 3600, run: (at) => sweepSessions(house, at) },
    { name: 'sweep-devices', everySeconds: 86_400, run: (at) => sweepDevices(house, at) },
    { name: 'sweep-sign-ups', everySeconds: 3600, run: (at) => sweepSignUps(house, at) },
    {
      name: 'sweep-used-tokens',
      everySeconds: 3600,
      run: (at) => house.directory.sweepUsedTokens(at),
    },
    // Asks what was due at the last 03:00 UTC, so that it is done then, or as soon as a server is there.
    { name: 'purge-trash', everySeconds: 600, run: (at) => purgeDue(house, at) },
    {
      name: 'reconcile-storage',
      everySeconds: 86_400,
      run: () => reconcileStorage(house, (bytes) => metrics.noteStorageDrift(bytes)),
    },
    { name: 'sweep-uploads', everySeconds: 3600, run: (at) => sweepUploads(house, at) },
    { name: 'resume-dataset-jobs', everySeconds: 600, run: (at) => resumeDatasetJobs(house, at) },
    { name: 'sweep-image-files', everySeconds: 3600, run: (at) => sweepImageFiles(house, at) },
    {
      name: 'sweep-rates',
      everySeconds: 60,
      everywhere: true,
      run: async (at) => house.rate.sweep(at.getTime()),
    },
  ]
}
