import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { finishOnboarding as endpoint } from '#contract/accounts.ts'
import type { Parsed, Reply } from '#contract/endpoint.ts'
import { makeId } from '../../crypto/token.ts'
import { signUps } from '../../directory/table.ts'
import { claimed } from '../../directory/two-store.ts'
import type { ClientDetails } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { createUser, eraseUser } from '../accounts/create-user.ts'
import { isCompanyAddress } from '../accounts/emails/company-address.ts'
import { earnOnce, fullBonusCents } from '../accounts/emails/signup-bonus.ts'
import { writeIdentity } from '../accounts/identities/connect-identity.ts'
import { identityEntry } from '../accounts/identities/identity.ts'
import type { Client } from '../accounts/sessions/known-device.ts'
import { openSession } from '../accounts/sessions/session.ts'
import { isReservedHere } from '../accounts/sign-up/check-username.ts'
import type { SignUp } from '../accounts/sign-up/sign-up-token.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { createPersonalWorkspace } from '../workspaces/create-personal-workspace.ts'

type Needs = Pick<House, 'directory' | 'cells' | 'keyRing' | 'config'>

/** Creates the account in the chosen region and signs in: the first moment anything personal is stored. Reserve in the directory,
 *  write the cell in one transaction, confirm (ARCHITECTURE decision 3). Refuses with email_unverified, already_onboarded,
 *  username_taken, region_unavailable or promo_code_not_found; nothing is stored then. */
export const finishOnboarding = async (
  house: Needs,
  signUp: SignUp,
  input: Parsed<typeof endpoint, 'body'>,
  client: Client & Pick<ClientDetails, 'requestId'>,
  at: Date,
): Promise<{ reply: Reply<typeof endpoint>; cookie: string }> => {
  await requireVerified(house, signUp)
  const { username, displayName, company = '', useCase = '', region, promoCode } = input
  if (isReservedHere(house, username)) {
    const issues = [{ path: 'username', message: 'is reserved' }]
    throw refuse('invalid_request', { message: 'username: is reserved', issues })
  }
  if (promoCode) throw refuse('promo_code_not_found')
  const cell = house.cells.forNewAccount(region)
  if (!cell) throw refuse('region_unavailable')

  const userId = `user_${makeId(at)}`
  const email = house.directory.guessable('email', signUp.email)
  const name = house.directory.guessable('username', username)
  const { identity } = signUp
  const login = identity ? [identityEntry(house.directory, identity)] : []
  const write = () =>
    cell.db.transaction(async (tx) => {
      const earnsAsCompany =
        isCompanyAddress(signUp.email, house.config.consumerMailDomains) &&
        (await earnOnce(house.directory, email.digest, userId))
      const signupBonusCents = fullBonusCents(earnsAsCompany)
      const user = {
        id: userId,
        username,
        displayName,
        company,
        useCase,
        email: signUp.email,
        emailDigest: email.digest,
        passwordHash: signUp.passwordHash,
        signupBonusCents,
      }
      await createUser(tx, house.keyRing, user, at)
      if (identity) await writeIdentity(tx, house, userId, identity, at)
      await createPersonalWorkspace(tx, userId, at)
      const doer = { userId, workspaceId: userId, requestId: client.requestId }
      const subject = { id: userId, name: displayName, metadata: { signupBonusCents } }
      await recordActivity(tx, 'onboarding/completed', doer, subject, at)
      const by = { methods: [identity?.provider ?? ('password' as const)], secondFactor: null }
      return openSession(tx, house, cell, { userId, client, by }, at)
    })
  const undo = () => eraseUser(cell.db, userId)
  const place = { cellId: cell.id, subjectId: userId }
  const claim = await claimed(house.directory, [email, name, ...login], place, at, { write, undo })
  if (claim.taken) throw refuse(claim.taken === 'username' ? 'username_taken' : 'already_onboarded')
  await house.directory.database.db.update(signUps).set({ finishedAt: at }).where(eq(signUps.id, signUp.id))
  const workspace = {
    id: userId,
    username,
    displayName,
    accountType: 'personal',
    plan: 'free',
    region,
  } as const
  return { reply: { user: { id: userId, username, displayName }, workspace }, cookie: claim.written }
}

/** The cookie says the address was proved; the directory says whether this sign-up is still good for an account. */
const requireVerified = async ({ directory }: Needs, signUp: SignUp): Promise<void> => {
  if (!signUp.verified) throw refuse('email_unverified')
  const [open] = await directory.database.db
    .select({ id: signUps.id })
    .from(signUps)
    .where(and(eq(signUps.id, signUp.id), isNotNull(signUps.verifiedAt), isNull(signUps.finishedAt)))
  if (!open) throw refuse('already_onboarded')
}
