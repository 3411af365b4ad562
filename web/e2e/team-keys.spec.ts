import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from '@playwright/test'
import {
  expect,
  makeKey,
  newName,
  type Server,
  signUp,
  startServer,
  test,
  trainingClient,
} from './fixtures.ts'

/* Keys where several people share a workspace. How people come to share one is told in invites.spec.ts. */

const operator = fileURLToPath(new URL('../../scripts/gatehouse.ts', import.meta.url))

const send = (page: Page, method: string, path: string, body: unknown) =>
  page.evaluate(
    async ([method, path, body]) => {
      const reply = await fetch(path as string, {
        method: method as string,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`)
      return reply.json()
    },
    [method, path, body] as const,
  )

/** A team that the person on `page` owns and Bee is an editor of. Both act in it. */
const openTeam = async (page: Page, server: Server, browser: Browser) => {
  await signUp(page, server)
  const username = newName()
  await send(page, 'POST', '/api/teams/create', { username, fullName: 'Two of us' })
  const grant = [operator, 'enterprise', 'grant', '--workspace', username, '--seats', '3']
  await promisify(execFile)(process.execPath, grant, { env: { ...process.env, DATA_DIR: server.dataDir } })

  const bee = await (await browser.newContext()).newPage()
  const { email } = await signUp(bee, server)
  await send(bee, 'POST', '/api/settings', { displayName: 'Bee Keeper' })
  await send(page, 'POST', `/api/members?owner=${username}`, { email, role: 'editor' })
  let token: string | undefined
  await expect(async () => {
    token = /\/invite\?token=([\w-]+)/.exec(await server.newestMail(email))?.[1]
    expect(token).toBeTruthy()
  }).toPass()
  await send(bee, 'POST', '/api/invites/accept', { token })
  for (const each of [page, bee]) await send(each, 'POST', '/api/auth/workspace', { username })
  return { username, bee }
}

const openKeys = (page: Page, server: Server) => page.goto(`${server.url}/settings?tab=api-keys`)

test('an owner sees whose keys there are, pauses and revokes them, and never reads their values', async ({
  page,
  server,
  browser,
}) => {
  const { username, bee } = await openTeam(page, server, browser)
  const key = await makeKey(bee, server, 'Workstation')
  const client = trainingClient(server, key)
  const start = { project: `${username}/shared`, name: 'train', data: { epochs: 1, environment: {} } }
  expect((await client.send('training_started', start)).status).toBe(200)

  await openKeys(page, server)
  const card = page.getByRole('region', { name: 'Keys of other members' }).getByRole('article')
  await expect(card).toContainText('Made by Bee Keeper')
  await expect(card).toContainText(key.slice(0, 11))
  await expect(card).not.toContainText(key)
  await page.getByRole('button', { name: 'Manage Workstation' }).click()
  await expect(page.getByRole('menuitem')).toHaveText(['Pause'])
  await page.getByRole('menuitem', { name: 'Pause' }).click()
  await expect(card.getByText('Paused', { exact: true })).toBeVisible()
  expect((await client.send('training_started', start)).body.reason).toBe('api_key_paused')

  // Whoever made it reads who paused it, and waits for one of them.
  await bee.reload()
  await expect(bee.getByText(/paused it\. Programs that use it are turned away/)).toBeVisible()
  await expect(bee.getByRole('button', { name: 'Resume Workstation' })).toBeHidden()
  await page.getByRole('button', { name: 'Resume Workstation' }).click()
  await expect(card.getByText('Paused', { exact: true })).toBeHidden()
  expect((await client.send('training_started', start)).status).toBe(200)

  await page.getByRole('button', { name: 'Revoke Workstation' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click()
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible()
  expect((await client.send('training_started', start)).body.reason).toBe('invalid_api_key')
})

test('an editor does not see the keys of others, and a viewer reads why there are none', async ({
  page,
  server,
  browser,
}) => {
  const { username, bee } = await openTeam(page, server, browser)
  await makeKey(page, server, 'Of the owner')
  await openKeys(bee, server)
  await expect(bee.getByRole('heading', { name: 'No keys yet' })).toBeVisible()

  const key = await makeKey(bee, server, 'Of an editor')
  const { members } = await page.evaluate(
    async (owner) => (await fetch(`/api/members?owner=${owner}`)).json(),
    username,
  )
  const { userId } = members.find(({ role }: { role: string }) => role === 'editor')
  await send(page, 'PATCH', `/api/members/${userId}?owner=${username}`, { role: 'viewer' })
  await bee.reload()
  await expect(bee.getByRole('heading', { name: 'Keys are for editors and above' })).toBeVisible()
  const { status, body } = await trainingClient(server, key).send('training_started', {
    project: 'x',
    data: {},
  })
  expect(status).toBe(403)
  expect(body).toMatchObject({ reason: 'permission_denied', needs: { role: 'editor' } })
})

test('where only owners keep keys, an editor reads so and the owner makes them', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000)
  const server = await startServer({ KEY_POLICY: 'owner-only' })
  try {
    const { bee } = await openTeam(page, server, browser)
    await openKeys(bee, server)
    await expect(bee.getByRole('heading', { name: 'Here the owner keeps the keys' })).toBeVisible()
    await expect(bee.getByRole('button', { name: 'Create key' })).toBeHidden()
    await makeKey(page, server, 'For all of us')
    await expect(page.getByRole('article', { name: 'Key For all of us' })).toBeVisible()
  } finally {
    await server.remove()
  }
})
