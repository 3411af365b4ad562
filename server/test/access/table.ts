import { errors } from '#contract/errors.ts'
import { columns } from './callers.ts'
import type { Line, Outcome } from './sweep.ts'

const legend = `# Who is let through where. Every route, asked by everybody; written by a test, to be read by people.
#
# Which asks for
#   team   the team that the members belong to, by name where the route takes a name, and what is in it
#   other  another team that none of them belongs to, and what is in that
#   cross  a thing of that other team, under the name of the team
#   bare   a thing of the team, without naming any workspace
#   else   a thing of somebody else
#   -      what is the caller's own, or nobody's
#
# Who asks
#   anon   nobody: no session, no key
#   oaev   sessions of the owner, an admin, an editor and a viewer of the team
#   str    the session of a stranger, who belongs to neither team
#   train … none
#          keys of the team: with the scope training, models, datasets, read, write or admin alone, or made without any; each
#          made by the owner, an admin, an editor and a viewer (oaev)
#   else   a key with all scopes, made by the owner of the team, but in their own workspace
#
# How it went
#   +      let through
#   1      401
#   r      403, the role does not allow it, or the row does not (permission_denied)
#   s      403, the key lacks the scope (scope_missing)
#   b      403, for browser sessions alone (session_only)
#   w      403, the key belongs to another workspace (workspace_mismatch)
#   0      404, no such workspace for this caller (workspace_not_found)
#   x y z  what the end of the line says
#
# HEAD goes as GET does; the test sees to that.
`

/** The table as it is committed: a line for each route, and below it one for each request of it. */
export const printTable = (lines: readonly Line[]): string => {
  const labels = lines.map(labelOf)
  const width = Math.max(...labels.map((label) => label.length))
  const heads = columns.map(({ head, askers }) => head.padEnd(Math.max(askers.length, head.length)))
  const printed = [legend, `#${' '.repeat(width + 1)} ${heads.join(' ')}`.trimEnd()]
  let route = ''
  for (const [index, line] of lines.entries()) {
    if (line.row.route !== route) printed.push('', line.row.route)
    route = line.row.route
    printed.push(`  ${(labels[index] ?? '').padEnd(width)} ${cellsOf(line)}`.trimEnd())
  }
  return `${printed.join('\n')}\n`
}

const labelOf = ({ row, target }: Line): string => [target.padEnd(5), row.about ?? ''].join(' ').trimEnd()

const cellsOf = ({ outcomes }: Line): string => {
  const byName = new Map([...outcomes].map(([asker, outcome]) => [asker.name, outcome]))
  const others = [...new Set([...outcomes.values()].filter(isOther).map(({ reason }) => reason))]
  const letters = 'xyzuvtklmn'
  const cells = columns.map(({ head, askers }) =>
    askers
      .map((name) => {
        const outcome = byName.get(name)
        if (!outcome) throw new Error(`Nobody asked as ${name}`)
        return isOther(outcome) ? letters[others.indexOf(outcome.reason)] : outcome.mark
      })
      .join('')
      .padEnd(head.length),
  )
  const notes = others.map((reason, index) => `${letters[index]} ${statusOf(reason)} ${reason}`)
  return [cells.join(' ').trimEnd(), ...notes].join('   ')
}

const isOther = ({ mark }: Outcome): boolean => mark === '?'

const statusOf = (reason: string): number => errors[reason as keyof typeof errors].status
