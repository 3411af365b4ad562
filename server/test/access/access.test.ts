import { afterAll, beforeAll, expect, test } from 'vitest'
import { coversScope, may } from '#contract/permissions.ts'
import type { Access } from '../../src/door/access.ts'
import type { TestHouse } from '../test-house.ts'
import { datasetRows } from './dataset-rows.ts'
import { type KnownRoute, startKnownHouse } from './known-routes.ts'
import { libraryRows } from './library-rows.ts'
import { makingRows } from './making-rows.ts'
import { openRows } from './open-rows.ts'
import { personRows } from './person-rows.ts'
import type { AccessRow, Asker } from './row.ts'
import { type Line, nameOf, sweep, tellApart } from './sweep.ts'
import { printTable } from './table.ts'
import { trashRows } from './trash-rows.ts'
import { uploadRows } from './upload-rows.ts'
import { workspaceRows } from './workspace-rows.ts'
import { makeWorld, type World } from './world.ts'

/* Who is let through where: every route, asked by everybody, against the table in expected.txt. A change of it is written with
   `npm test -- unit server/test/access -u` and read line by line before it is committed. */

let house: TestHouse
let world: World
let routes: KnownRoute[]
let lines: Line[]

const rows = [
  ...workspaceRows,
  ...libraryRows,
  ...datasetRows,
  ...makingRows,
  ...trashRows,
  ...uploadRows,
  ...personRows,
  ...openRows,
]

beforeAll(async () => {
  const started = await startKnownHouse()
  house = started.house
  routes = started.routes
  world = await makeWorld(house)
  lines = await sweep(world, rows)
}, 400_000)
afterAll(() => house.stop())

type Guarded = Extract<Access, { who: 'member' }>

const accessOf = ({ route }: AccessRow): Access | undefined =>
  routes.find((known) => known.route === route)?.access

/** What members' routes answered about the team. */
const answersOfMembers = (): { line: Line; access: Guarded }[] =>
  lines.flatMap((line) => {
    const access = accessOf(line.row)
    return access?.who === 'member' ? [{ line, access }] : []
  })

/** Whether the table of roles and the scopes of a key let this asker through the door of the team. */
const isEntitled = ({ role, scopes }: Asker, { permission, session, key }: Guarded): boolean => {
  if (role === null || !may(role, permission)) return false
  if (scopes === undefined) return session
  return key === 'live' || (key !== null && coversScope(scopes, key))
}

test('every route is in the table, and the table has no other', () => {
  const inTable = new Set(rows.map(({ route }) => route))
  const asHead = [...inTable]
    .filter((route) => route.startsWith('GET '))
    .map((route) => route.replace('GET', 'HEAD'))
  expect([...inTable, ...asHead].sort()).toEqual([...new Set(routes.map(({ route }) => route))].sort())
})

/** What would say more about a request than about who sent it. */
const ofTheRequest = new Set([
  'invalid_request',
  'malformed_json',
  'unsupported_media_type',
  'route_not_found',
  'conflicting_owner',
  'cross_origin',
  'reauthentication_required',
  'rate_limited',
  'too_many_mails',
  'seat_limit_reached',
  'internal',
  'store_unavailable',
])

test('every request of the table is valid, so that it shows who asks and not how', () => {
  const broken = lines.flatMap(({ row, outcomes }) =>
    [...outcomes].flatMap(([asker, { reason }]) =>
      ofTheRequest.has(reason) ? [`${nameOf(row)} by ${asker.name}: ${reason}`] : [],
    ),
  )
  expect(broken).toEqual([])
})

test('everybody is let through where the table says, and nowhere else', async () => {
  await expect(printTable(lines)).toMatchFileSnapshot('./expected.txt')
})

test('HEAD goes as GET does', () => {
  const others = lines.flatMap(({ row, outcomes }) =>
    [...outcomes].flatMap(([asker, { asHead }]) =>
      asHead === undefined ? [] : [`${nameOf(row)} by ${asker.name}: ${asHead}`],
    ),
  )
  expect(others).toEqual([])
})

/** In its own workspace a key may do what it likes. */
const isMadeElsewhere = ({ role, scopes }: Asker): boolean => role === null && scopes !== undefined

const atTheDoor: ReadonlySet<string> = new Set(['1', 'r', 's', 'b', 'w', '0'])

test('nobody whose role or scopes do not carry it gets past the door of the team', () => {
  const past = answersOfMembers().flatMap(({ line, access }) =>
    line.target !== 'team'
      ? []
      : [...line.outcomes].flatMap(([asker, { mark, reason }]) =>
          isEntitled(asker, access) || isMadeElsewhere(asker) || atTheDoor.has(mark)
            ? []
            : [`${nameOf(line.row)} by ${asker.name}: ${mark} ${reason}`],
        ),
  )
  expect(past).toEqual([])
})

test('a key is told first of all that the route is not for keys, or that its scopes do not cover it', () => {
  const passed = lines.flatMap(({ row, outcomes }) => {
    const access = accessOf(row)
    if (!access || access.who === 'anyone') return []
    const needed = access.who === 'person' ? null : access.key
    return [...outcomes].flatMap(([{ name, scopes }, { mark }]) => {
      if (scopes === undefined || needed === 'live') return []
      const expected = needed === null ? 'b' : coversScope(scopes, needed) ? undefined : 's'
      return expected === undefined || mark === expected ? [] : [`${nameOf(row)} by ${name}: ${mark}`]
    })
  })
  expect(passed).toEqual([])
})

test('whoever the role and the scopes entitle is let through by at least one request of each route', () => {
  const done = new Set(
    answersOfMembers().flatMap(({ line }) =>
      [...line.outcomes].flatMap(([asker, { mark }]) =>
        mark === '+' ? [`${line.row.route} by ${asker.name}`] : [],
      ),
    ),
  )
  const entitled = answersOfMembers().flatMap(({ line, access }) =>
    [...line.outcomes.keys()]
      .filter((asker) => isEntitled(asker, access))
      .map((asker) => `${line.row.route} by ${asker.name}`),
  )
  expect(entitled.length).toBeGreaterThan(500)
  expect([...new Set(entitled)].filter((one) => !done.has(one))).toEqual([])
})

test('nobody gets at anything private of a workspace that they do not belong to', () => {
  const strays = lines.flatMap(({ row, target, outcomes }) =>
    [...outcomes].flatMap(([asker, { mark, isTelling }]) => {
      const isForeign =
        target === 'other' ||
        target === 'cross' ||
        ((target === 'team' || target === 'bare') && asker.role === null)
      const isLetIn = isForeign && !row.isPublic && mark === '+'
      return isLetIn || isTelling ? [`${nameOf(row)} ${target} by ${asker.name}`] : []
    }),
  )
  expect(strays).toEqual([])
})

test('members are told of what is private, so that it means something when others are not', async () => {
  const { username, library } = world.team
  const { body } = (await world.askers[4]?.call('GET', `/api/projects?owner=${username}&limit=500`)) ?? {}
  expect(world.askers[4]?.name).toBe('session viewer')
  expect(body).toContain(library.private.projectId)
})

test('every route of a member with a session takes the name of a workspace', () => {
  const without = routes.flatMap(({ route, access, takesOwner }) =>
    access.who === 'member' && access.session && !takesOwner ? [route] : [],
  )
  expect(without.filter((route) => !route.startsWith('HEAD '))).toEqual([
    // Whom somebody follows is their own, in whichever workspace they act: a member's route only to be open to keys.
    'PATCH /api/users',
  ])
})

test('a workspace that the caller is no member of answers word for word like one that does not exist', async () => {
  const toldApart: string[] = []
  const naming = rows.filter(({ targets, isPublic }) => targets.includes('other') && !isPublic)
  expect(naming.length).toBeGreaterThan(40)
  // Which of the roles made a key changes nothing here.
  const askers = world.askers.filter(
    ({ scopes, role }) => scopes === undefined || role === 'owner' || role === null,
  )
  for (const row of naming)
    for (const asker of askers) {
      const [other, nowhere] = await tellApart(world, row, asker)
      if (other !== nowhere) toldApart.push(`${nameOf(row)} by ${asker.name}: ${other} but ${nowhere}`)
    }
  expect(toldApart).toEqual([])
}, 120_000)
