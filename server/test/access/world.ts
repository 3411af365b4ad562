import type { GivenRole } from '#contract/members.ts'
import { aPasskey } from '../factors.ts'
import { sendsPicture } from '../hostile/identity-bases.ts'
import { aPerson, type Person } from '../people.ts'
import { addMember, aTeam, type Team } from '../teams.ts'
import type { TestHouse } from '../test-house.ts'
import { makeAskers } from './callers.ts'
import { freshAddress, makePlace, type Place } from './place.ts'
import type { Asker } from './row.ts'

/** Two teams and everybody around them: the callers belong to the one, or to neither. */
export type World = {
  house: TestHouse
  askers: Asker[]
  team: Place
  other: Place
  /** Of somebody else, whom nobody asks to do anything. */
  bystander: Person & { sessionId: string; emailId: string; passkeyId: string; icon: string }
  /** The token of an invite that waits for somebody of neither team. */
  inviteToken: string
  /** The token of an invite to the team that waits for the stranger, who is no member when this returns. */
  inviteOfStranger(): Promise<string>
  /** A member of this role whom nobody misses. */
  leaver(role: GivenRole): Promise<Person>
  /** A team that its owner is alone in. */
  teamOfOne(): Promise<string>
}

const seats = 500

export const makeWorld = async (house: TestHouse): Promise<World> => {
  const members = {
    owner: await aPerson(house),
    admin: await aPerson(house),
    editor: await aPerson(house, { region: 'eu' }),
    viewer: await aPerson(house),
  }
  const stranger = await aPerson(house)
  // A viewer makes no keys: these keep theirs from when they were an editor.
  const team = await aTeam(
    house,
    [
      [members.owner, 'owner'],
      [members.admin, 'admin'],
      [members.editor, 'editor'],
      [members.viewer, 'editor'],
    ],
    { seats },
  )
  const otherOwner = await aPerson(house)
  const elsewhere = await aTeam(house, [[otherOwner, 'owner']], { seats })
  const askers = await makeAskers(house, team.username, members, stranger)
  const place = await makePlace(house, team, members.owner)
  await place.keyOf(members.viewer)
  const demoted = `/api/members/${members.viewer.userId}?owner=${team.username}`
  expectDone(await members.owner.call('PATCH', demoted, { role: 'viewer' }))
  const invited = freshAddress()
  return {
    house,
    askers,
    team: place,
    other: await makePlace(house, elsewhere, otherOwner),
    bystander: await aBystander(house),
    inviteToken: await mailedToken(house, members.owner, team.username, invited),
    inviteOfStranger: inviteOf(house, members.owner, team, stranger),
    leaver: leaversOf(house, team),
    teamOfOne: teamsOfOne(house, members.owner),
  }
}

const expectDone = ({ statusCode, body }: { statusCode: number; body: string }): void => {
  if (statusCode >= 300) throw new Error(`${statusCode} ${body}`)
}

const aBystander = async (house: TestHouse): Promise<World['bystander']> => {
  const person = await aPerson(house)
  const { downloadUrl } = (await sendsPicture(person.call)('POST', '/api/settings/icon')).json()
  const added = await person.call('POST', '/api/settings/emails', { email: freshAddress() })
  const { id: passkeyId } = await aPasskey(person)
  const [session] = (await person.call('GET', '/api/auth/sessions')).json().sessions
  const icon = new URL(downloadUrl).pathname.split('/').at(-1) ?? ''
  return Object.assign(person, {
    sessionId: session.id as string,
    emailId: added.json().email.id as string,
    passkeyId,
    icon,
  })
}

/** Invites an address as an editor and gives the token of the mail. */
const mailedToken = async (
  house: TestHouse,
  owner: Person,
  team: string,
  address: string,
): Promise<string> => {
  expectDone(await owner.call('POST', `/api/members?owner=${team}`, { email: address, role: 'editor' }))
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(address)[0]?.text ?? '')?.[1]
  if (!token) throw new Error('No invite was mailed')
  return token
}

const inviteOf = (house: TestHouse, owner: Person, team: Team, { userId, email }: Person) => {
  let token: string | undefined
  return async (): Promise<string> => {
    token ??= await mailedToken(house, owner, team.username, email)
    const left = await owner.call('DELETE', `/api/members/${userId}?owner=${team.username}`)
    if (left.statusCode === 200) token = await mailedToken(house, owner, team.username, email)
    return token
  }
}

const leaversOf = (house: TestHouse, team: Team) => {
  const leavers = new Map<GivenRole, Person>()
  return async (role: GivenRole): Promise<Person> => {
    const person = leavers.get(role) ?? (await aPerson(house))
    if (!leavers.has(role)) await addMember(house, { ...team, cellId: 'us-1' }, person.userId, role)
    leavers.set(role, person)
    return person
  }
}

const teamsOfOne = (house: TestHouse, owner: Person) => {
  let username: string | undefined
  return async (): Promise<string> => {
    const { teams } = (await owner.call('GET', '/api/teams')).json()
    if (!teams.some((team: { username: string }) => team.username === username))
      username = (await aTeam(house, [[owner, 'owner']])).username
    return username ?? ''
  }
}
