/* What the API suite through several nodes leaves out, and why. Everything else has to pass there as it does in one process. */

type Exception = { file: string; tests?: readonly (string | RegExp)[]; why: string }

/** Files of which nothing applies; the command does not even start them. */
export const filesLeftOut: readonly Exception[] = [
  { file: 'server/test/crash/crash.test.ts', why: 'kills processes of its own before every statement' },
  { file: 'server/test/crash/crash-teams.test.ts', why: 'kills processes of its own before every statement' },
  { file: 'server/src/gate/frozen-node.test.ts', why: 'has several nodes of its own' },
  { file: 'server/src/gate/gate.test.ts', why: 'has several nodes of its own' },
  { file: 'server/src/gate/hearing.test.ts', why: 'has several nodes of its own' },
]

const exceptions: readonly Exception[] = []

/** Why a test does not apply to several nodes; undefined when it does. */
export const whyNot = (file: string, test: string): string | undefined =>
  exceptions.find(
    (exception) =>
      exception.file === file &&
      (exception.tests === undefined ||
        exception.tests.some((named) => (typeof named === 'string' ? named === test : named.test(test)))),
  )?.why
