import type { z } from 'zod'
import type { DeniedReason } from '#contract/common.ts'
import type { Credential, Membership } from './actor.ts'

/** Why a member cannot act in a workspace right now; undefined when they can. Keys are not asked for a second factor: they carry none,
 *  are made and revoked in sessions, and die with the membership. An owner still gets into a workspace whose licence has run out, to
 *  renew it (SPEC 4.7). */
export const deniedReason = (
  { workspace, role }: Membership,
  credential: Pick<Credential, 'kind'> & { isStrong?: boolean },
): z.output<typeof DeniedReason> | undefined => {
  if (workspace.licenseExpired && role !== 'owner') return 'license_expired'
  if (workspace.secondFactorRequired && credential.kind === 'session' && !credential.isStrong)
    return 'second_factor_required'
  return undefined
}
