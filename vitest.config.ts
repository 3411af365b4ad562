import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The long ones first: begun last, one of them would be waited for alone. */
const isLong = ({ moduleId }: TestSpecification): boolean =>
  /\/server\/test\/|\/trash\/|\/uploads\//.test(moduleId)

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((one, other) => Number(isLong(other)) - Number(isLong(one)))
  }
}

export default defineConfig({
  test: {
    include: ['server/**/*.test.ts', 'contract/**/*.test.ts', 'scripts/**/*.test.ts', 'web/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'web/e2e/**'],
    globalSetup: ['server/test/global-setup.ts'],
    setupFiles: process.env.GATEHOUSE_TEST_NODES ? ['server/test/cluster/setup.ts'] : [],
    // A process per file: each has a database of its own, and two keep a small machine busy.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongOnesFirst },
    // Through three nodes and a proxy some tests send thousands of requests.
    testTimeout: process.env.GATEHOUSE_TEST_NODES ? 120_000 : 30_000,
    hookTimeout: 60_000,
  },
})
