import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test as base, expect, type Page } from '@playwright/test'

/** A real server with its own Postgres and data folder, as `npm start` runs it. */
export type Server = {
  url: string
  dataDir: string
  /** The plain text of the newest mail to this address. */
  newestMail(to: string): Promise<string>
  /** The product's time. */
  now(): Promise<Date>
  /** Moves it. */
  advance(seconds: number): Promise<void>
  /** Ends the process with this signal and waits until it is gone. */
  end(signal: NodeJS.Signals): Promise<void>
  /** Starts again on the same data. */
  restart(): Promise<void>
}

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))

type Settings = Record<string, string>

const launch = (dataDir: string, settings: Settings): Promise<{ child: ChildProcess; url: string }> => {
  const limits = { auth: 1000, session: 10_000, anonymous: 10_000, mutation: 1000, default: 1000 }
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      PORT: '0',
      DATA_DIR: dataDir,
      GATEHOUSE_CLOCK: 'controllable',
      LOG_LEVEL: 'warn',
      RATE_LIMITS: JSON.stringify(limits),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((done, failed) => {
    let said = ''
    child.stdout?.on('data', (text) => {
      said += text
      const url = /running at (http:\S+)/.exec(said)?.[1]
      if (url) done({ child, url })
    })
    child.once('exit', (code) => failed(new Error(`The server ended with ${code}`)))
  })
}

/** `settings` are variables of docs/configuration.md. */
export const startServer = async (settings: Settings = {}): Promise<Server & { remove(): Promise<void> }> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-e2e-'))
  let { child, url } = await launch(dataDir, settings)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    await gone
  }
  return {
    get url() {
      return url
    },
    dataDir,
    async newestMail(to) {
      const { messages } = await (await fetch(`${url}/_mailbox.json?to=${encodeURIComponent(to)}`)).json()
      return messages[0]?.text ?? ''
    },
    async now() {
      return new Date((await (await fetch(`${url}/_clock`)).json()).now)
    },
    async advance(advanceSeconds) {
      await fetch(`${url}/_clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advanceSeconds }),
      })
    },
    end,
    async restart() {
      ;({ child, url } = await launch(dataDir, settings))
    },
    async remove() {
      await end('SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export const test = base.extend<{ complaints: string[] }, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
    async ({}, use) => {
      const server = await startServer()
      await use(server)
      await server.remove()
    },
    { scope: 'worker' },
  ],
  /** What the browser complained of: script errors and refused content. A journey ends without any. */
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        // The browser notes every refused request; refusals are part of journeys.
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          complaints.push(message.text())
      })
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

export const password = 'correct horse battery staple'

let people = 0
/** A name nobody else in this run has. */
export const newName = (): string => `traveller-${process.pid}-${++people}`

/** Signs up in the browser as a newcomer would, and ends on the home page. */
export const signUp = async (
  page: Page,
  server: Server,
  { username = newName(), region = 'Europe' }: { username?: string; region?: string } = {},
): Promise<{ username: string; email: string }> => {
  const email = `${username}@example.com`
  await page.goto(`${server.url}/sign-up`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
  const code = /\b\d{6}\b/.exec(await server.newestMail(email))?.[0] ?? ''
  await page.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type(code)
  await page.getByLabel('Display name').fill('Ada Traveller')
  await page.getByLabel('Username').fill(username)
  await expect(page.getByText(`${username} is yours if you want it`)).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('radio', { name: new RegExp(region) }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'End the tour' }).click()
  await expect(page).toHaveURL(`${server.url}/home`)
  return { username, email }
}

/** Makes a key under Settings and gives its value, as the page shows it. */
export const makeKey = async (page: Page, server: Server, name: string): Promise<string> => {
  await page.goto(`${server.url}/settings?tab=api-keys`)
  await page.getByRole('button', { name: 'Create key' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('button', { name: 'Create key' }).click()
  const value = await dialog
    .getByText(/^ul_[0-9a-f]{40}$/)
    .first()
    .innerText()
  await dialog.getByRole('button', { name: 'Done' }).click()
  return value
}

/** A training client: sends events with a key. */
export const trainingClient = (server: Server, key: string) => {
  const post = async (path: string, body: unknown) => {
    const reply = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    })
    return { status: reply.status, body: await reply.json() }
  }
  return {
    send: (event: string, fields: Record<string, unknown>) =>
      post('/api/webhooks/training/metrics', { event, ...fields }),
    async upload(modelId: string, bytes: Buffer<ArrayBuffer>): Promise<string> {
      const { body } = await post('/api/webhooks/models/upload', { modelId, filename: 'best.pt' })
      await fetch(body.uploadUrl, { method: 'PUT', body: bytes })
      return body.gcsPath
    },
  }
}

const operator = fileURLToPath(new URL('../../scripts/gatehouse.ts', import.meta.url))

/** What an operator does on the machine of the server, while it runs. */
export const grantSeats = (server: Server, workspace: string, seats: number, until?: string) =>
  promisify(execFile)(
    process.execPath,
    [
      operator,
      ...['enterprise', 'grant', '--workspace', workspace, '--seats', String(seats)],
      ...(until ? ['--until', until] : []),
    ],
    { env: { ...process.env, DATA_DIR: server.dataDir } },
  )

/** The link in the newest invite to this address. */
export const inviteLink = async (server: Server, email: string): Promise<string> => {
  let link: string | undefined
  await expect(async () => {
    link = /http\S+\/invite\?token=[\w-]+/.exec(await server.newestMail(email))?.[0]
    expect(link).toBeDefined()
  }).toPass()
  return link ?? ''
}
