import { defineConfig } from '@playwright/test'
import { chromiumLaunch } from './scripts/chromium.ts'

// No `webServer` here: each file starts a server of its own, so that a journey never meets the data of another.
export default defineConfig({
  testDir: 'web/e2e',
  outputDir: 'test-results',
  workers: 2,
  timeout: 60_000,
  reporter: 'list',
  use: { trace: 'off', screenshot: 'only-on-failure' },
  projects: [{ name: 'chromium', use: { browserName: 'chromium', launchOptions: await chromiumLaunch() } }],
})
