/* What the API suite through several nodes leaves out, and why. Everything else has to pass there as it does in one process. */

type Exception = { file: string; why: string; tests?: readonly (string | RegExp)[] }

const ownNodes = 'starts the processes it needs itself'

/** Files of which nothing applies; the command does not even start them. */
export const filesLeftOut: readonly Exception[] = [
  { file: 'server/test/crash/crash.test.ts', why: ownNodes },
  { file: 'server/test/crash/crash-teams.test.ts', why: ownNodes },
  { file: 'server/src/gate/frozen-node.test.ts', why: ownNodes },
  { file: 'server/src/gate/gate.test.ts', why: ownNodes },
  { file: 'server/src/gate/hearing.test.ts', why: ownNodes },
  { file: 'server/src/roles.test.ts', why: ownNodes },
  { file: 'server/src/start-server.test.ts', why: ownNodes },
  {
    file: 'server/test/hostile/hostile-framing.test.ts',
    why: 'is about bytes on the wire to a node, which HAProxy reads first and refuses itself',
  },
]

const replaced = 'puts something else into the house inside the process, where nodes do not see it'
const perNode = 'looks for uses of keys at once, which other nodes tell within ten seconds'
const loopback = 'asks for what answers this machine only, and never through a proxy'
const statements = 'reads the statements that its own process sends'

const exceptions: readonly Exception[] = [
  {
    file: 'server/src/areas/accounts/passwords/reset-password.test.ts',
    why: replaced,
    tests: ['a sign-in with the old password that a reset overtakes opens no session'],
  },
  {
    file: 'server/src/areas/accounts/passwords/reset-password.test.ts',
    why: 'meets a refusal that another node believes for 0.2 s, by a clock that stands still here',
    tests: ['whoever was locked out signs in with the new password at once'],
  },
  { file: 'server/src/areas/accounts/sign-in/alike.test.ts', why: statements },
  {
    file: 'server/src/areas/api-keys/api-keys.test.ts',
    why: perNode,
    tests: ['a request with a key costs no write, and yet the list shows every use'],
  },
  {
    file: 'server/src/areas/api-keys/api-keys.test.ts',
    why: replaced,
    tests: [
      'a region that is away keeps nobody elsewhere from seeing their keys, and its uses are not lost',
      'a key whose reservation lapsed before it was confirmed leaves no row and no event',
    ],
  },
  {
    file: 'server/src/areas/api-keys/key-uses.test.ts',
    why: replaced,
    tests: ['a region that is away keeps nobody else from being counted, and no use of its keys is lost'],
  },
  {
    file: 'server/src/areas/api-keys/key-uses.test.ts',
    why: statements,
    tests: [/^uses of many keys take as many statements as those of one/],
  },
  {
    file: 'server/src/areas/api-keys/key-uses.test.ts',
    why: perNode,
    tests: [
      'a key tells which machines and programs used it, for what and when, newest first',
      'addresses of one IPv6 network are one machine, and an IPv4 address is the same however it arrives',
      'uses of thirty days are told, older ones are not, and a day later they are gone',
      'at most two hundred machines of a key are kept, those seen last; every use still counts',
    ],
  },
  {
    file: 'server/src/areas/api-keys/key-uses.test.ts',
    why: 'needs the name that a machine gave itself, which the node that heard it keeps to itself',
    tests: [
      'a training client goes under the name it gave its machine, from its first event on',
      'what comes from elsewhere, by another program or with another key does not go under that name',
      /^a machine that calls itself /,
    ],
  },
  {
    file: 'server/src/areas/api-keys/whose-key.test.ts',
    why: perNode,
    tests: ['who uses a key is told in sessions alone, to its maker and to owners and admins'],
  },
  {
    file: 'server/src/areas/api-keys/rotate-api-key.test.ts',
    why: replaced,
    tests: ['a rotation whose reservation lapsed leaves the key, its end and the feed as they were'],
  },
  {
    file: 'server/src/areas/api-keys/find-api-key.test.ts',
    why: statements,
    tests: ['keys that are asked for at once share their statements, and each is itself'],
  },
  {
    file: 'server/src/areas/api-keys/find-api-key.test.ts',
    why: replaced,
    tests: ['a region that is away keeps no key of another from being found'],
  },
  {
    file: 'server/src/areas/library/explore/explore.test.ts',
    why: replaced,
    tests: ['a region that does not answer is left out and named'],
  },
  {
    file: 'server/src/areas/library/storage/storage.test.ts',
    why: loopback,
    tests: ['what has drifted is put right every day, told in the log and counted in the metrics'],
  },
  { file: 'server/src/areas/library/uploads/uploads-at-once.test.ts', why: replaced, tests: [/^between /] },
  { file: 'server/src/areas/library/uploads/uploads-in-s3.test.ts', why: replaced },
  {
    file: 'server/src/areas/onboarding/half-done-onboarding.test.ts',
    why: replaced,
    tests: [
      'when the reservation lapsed meanwhile nothing of the person stays, and the same sign-up may try again',
    ],
  },
  {
    file: 'server/src/areas/onboarding/finish-onboarding.test.ts',
    why: replaced,
    tests: ['a region this installation does not offer is refused, and its instance page does not name it'],
  },
  {
    file: 'server/src/areas/workspaces/invites/accept-invite.test.ts',
    why: replaced,
    tests: [
      'an accept whose reservation lapsed leaves the invite open, and can be tried again',
      'an accept that died before it was confirmed is found by the person once the janitor came by',
    ],
  },
  {
    file: 'server/src/areas/workspaces/invites/invites.test.ts',
    why: replaced,
    tests: [
      'an invite whose reservation lapsed leaves neither row, event nor mail, and can be tried again',
      'a cancellation that died on its way is finished by the janitor',
    ],
  },
  {
    file: 'server/src/areas/workspaces/members/members.test.ts',
    why: replaced,
    tests: [
      'a hand-over whose reservation lapsed leaves the owner as they were, and can be tried again',
      'a removal that died on its way is finished by the janitor, keys included, and told once as who began it',
    ],
  },
  {
    file: 'server/src/areas/workspaces/teams/create-team.test.ts',
    why: replaced,
    tests: [
      'a slot whose team has another owner by now, as a crash leaves it, is free for a new team',
      'a team that comes straight back to its owner takes one of their slots, not none',
      'a creation whose reservation lapsed leaves nothing, and can be tried again',
      'a creation that died before it was confirmed is there once the janitor came by',
    ],
  },
  {
    file: 'server/src/areas/workspaces/teams/list-teams.test.ts',
    why: replaced,
    tests: [/in a region that is gone/],
  },
  {
    file: 'server/src/door/rate-limits.test.ts',
    why: loopback,
    tests: ['liveness and the mailbox are not limited, readiness is like any question of a stranger'],
  },
  { file: 'server/src/operator/routes.test.ts', why: loopback, tests: [/metrics|mailbox/] },
  {
    file: 'server/src/operator/routes.test.ts',
    why: replaced,
    tests: ['it is ready when every store answers, and 503 while one does not'],
  },
  {
    file: 'server/src/operator/routes.test.ts',
    why: 'tells of limits counted by one node, where nodes share them',
    tests: ['it tells whether rate limits are shared between nodes, and what that costs'],
  },
  {
    file: 'server/test/access/access.test.ts',
    why: loopback,
    tests: ['everybody is let through where the table says, and nowhere else'],
  },
  {
    file: 'server/test/hostile/hostile-addresses.test.ts',
    why: loopback,
    tests: ['answer this machine alone, whatever a request says of where it came from'],
  },
  {
    file: 'server/test/hostile/hostile-headers.test.ts',
    why: 'sends a greeting to websockets that is none, which HAProxy refuses itself',
    tests: ['headers that other software obeys change nothing here'],
  },
]

/** Why a test does not apply to several nodes; undefined when it does. */
export const whyNot = (file: string, test: string): string | undefined =>
  exceptions.find(
    (exception) =>
      exception.file === file &&
      (exception.tests ?? [/./]).some((named) =>
        typeof named === 'string' ? named === test : named.test(test),
      ),
  )?.why
