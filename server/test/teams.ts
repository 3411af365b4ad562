import { randomBytes } from 'node:crypto'
import type { Role } from '#contract/permissions.ts'
import { makeId } from '../src/crypto/token.ts'
import type { Person } from './people.ts'
import type { TestHouse } from './test-house.ts'

export type Team = { id: string; username: string }

/** A team in the first cell of the United States, as the rows that make one. Its members live there too. */
export const aTeam = async (
  { cells, directory, clock }: TestHouse,
  members: readonly [Pick<Person, 'userId'>, Role][],
  { secondFactorRequired = false } = {},
): Promise<Team> => {
  const at = clock.now()
  const { pool } = cells.get('us-1')
  const id = `team_${makeId(at)}`
  const username = `team-${randomBytes(5).toString('hex')}`
  const name = directory.guessable('username', username)
  const claim = await directory.reserve([name], { cellId: 'us-1', subjectId: id }, at)
  if ('taken' in claim) throw new Error('The name of a team is taken')
  await pool.query(
    `insert into profiles (id, username, display_name, created_at) values ($1, $2, 'The team', $3)`,
    [id, username, at],
  )
  await pool.query(
    `insert into workspaces (id, account_type, second_factor_required, created_at) values ($1, 'team', $2, $3)`,
    [id, secondFactorRequired, at],
  )
  for (const [{ userId }, role] of members)
    await pool.query(`insert into memberships values ($1, $2, $3, $4)`, [id, userId, role, at])
  await directory.confirm(claim)
  return { id, username }
}
