import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, makeKey, password, type Server, signUp, test, trainingClient } from './fixtures.ts'

/* What somebody deletes: how it lies in the trash, comes back, or goes for good. */

const daySeconds = 24 * 3600

/** Somebody whose key has trained models with weights of these sizes, in KB: `{ project: { model: size } }`. */
const arrange = async (page: Page, server: Server, projects: Record<string, Record<string, number>>) => {
  const { username, email } = await signUp(page, server)
  const key = await makeKey(page, server, 'Machine')
  const client = trainingClient(server, key)
  const ask = async (method: string, path: string) => {
    const reply = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}` } })
    return { status: reply.status, body: await reply.json() }
  }
  const train = async (project: string, name: string, sizeKb: number): Promise<string> => {
    const { body } = await client.send('training_started', { project, name, data: { epochs: 1 } })
    const { modelId } = body
    const modelPath = await client.upload(modelId, Buffer.alloc(sizeKb * 1024, 1))
    await client.send('training_complete', { modelId, data: { results: { modelPath }, modelPath } })
    return modelId
  }
  for (const [project, models] of Object.entries(projects))
    for (const [name, sizeKb] of Object.entries(models)) await train(project, name, sizeKb)
  return {
    username,
    email,
    train,
    status: async (path: string) => (await ask('GET', path)).status,
    trash: async (project: string) =>
      expect((await ask('DELETE', `/api/projects/${username}/${project}`)).status).toBe(200),
    storedBytes: async (): Promise<number> => (await ask('GET', '/api/storage')).body.usage.storage.current,
  }
}

const signIn = async (page: Page, server: Server, email: string): Promise<void> => {
  await page.goto(`${server.url}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(`${server.url}/home`)
}

const row = (page: Page, name: string) =>
  page.getByRole('list', { name: 'In the trash' }).locator(':scope > li').filter({ hasText: name })

const weightsOf = (server: Server): Promise<string[]> =>
  readdir(join(server.dataDir, 'files/eu/weights')).catch(() => [])

test('a deleted project lies in the trash with its models, and comes back with them', async ({
  page,
  server,
}) => {
  const { username, trash, status } = await arrange(page, server, { roads: { first: 30, second: 20 } })
  await trash('roads')
  expect(await status('/api/projects/roads')).toBe(404)
  await page.goto(`${server.url}/trash`)
  await expect(page).toHaveURL(`${server.url}/settings?tab=trash`)
  const nav = page.getByRole('navigation', { name: 'Main' })
  await expect(nav.getByRole('link', { name: 'Trash' })).toHaveAttribute('aria-current', 'page')
  await expect(nav.locator('[aria-current]')).toHaveCount(1)
  const roads = row(page, 'roads')
  await expect(roads).toContainText('Project')
  await expect(roads).toContainText('29 days left')
  await expect(roads).toContainText('50 KB')
  await roads.getByRole('button', { name: '2 models that went along' }).click()
  await expect(page.getByRole('list', { name: 'Models of roads' }).getByRole('listitem')).toHaveCount(2)
  await page.getByRole('button', { name: 'Restore roads' }).click()
  const dialog = page.getByRole('dialog', { name: 'Restore roads?' })
  await expect(dialog).toContainText('with 2 models that went along')
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click()
  await expect(page.getByText('roads is back, with 2 models.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
  await page.goto(`${server.url}/${username}/roads`)
  await expect(page.getByRole('link', { name: 'first' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'second' })).toBeVisible()
})

test('31 days after it was deleted, a project is gone with its files, and storage has room again', async ({
  page,
  server,
}) => {
  const others = await weightsOf(server)
  const { email, trash, storedBytes } = await arrange(page, server, {
    roads: { first: 30 },
    kept: { last: 8 },
  })
  // What others left lying in the trash of this server goes as well.
  const own = async () => (await weightsOf(server)).filter((file) => !others.includes(file))
  expect(await own()).toHaveLength(2)
  await trash('roads')
  expect(await storedBytes()).toBe(38 * 1024)
  await page.goto(`${server.url}/settings?tab=usage`)
  await expect(page.getByText('38 KB of 100 GB')).toBeVisible()
  await server.advance(31 * daySeconds)
  await signIn(page, server, email)
  await page.goto(`${server.url}/trash`)
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
  await expect.poll(storedBytes).toBe(8 * 1024)
  expect(await own()).toHaveLength(1)
  await page.goto(`${server.url}/settings?tab=usage`)
  await expect(page.getByText('8 KB of 100 GB')).toBeVisible()
  await page.goto(`${server.url}/activity`)
  await expect(page.getByText(/roads/).first()).toBeVisible()
})

test('an emptied trash says when everything is gone, and frees its room', async ({ page, server }) => {
  const models = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`m${n}`, 4]))
  const { trash, storedBytes } = await arrange(page, server, { roads: models, signs: { one: 5 } })
  await trash('roads')
  await trash('signs')
  await page.goto(`${server.url}/trash`)
  await page.getByRole('button', { name: 'Empty trash' }).click()
  const dialog = page.getByRole('dialog', { name: 'Empty the trash?' })
  await expect(dialog).toContainText('2 projects, with all their models')
  const confirm = dialog.getByRole('button', { name: 'Empty trash' })
  await expect(confirm).toBeDisabled()
  await dialog.getByLabel('Type EMPTY').fill('EMPTY')
  await confirm.click()
  await expect(page.getByText('Emptying is over: 2 items gone for good.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
  await expect.poll(storedBytes).toBe(0)
})

test('an emptying that the server died in goes on when it is back', async ({ page, server }) => {
  const models = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`m${n}`, 4]))
  const { trash, storedBytes } = await arrange(page, server, { roads: models })
  await trash('roads')
  await page.goto(`${server.url}/trash`)
  await page.getByRole('button', { name: 'Empty trash' }).click()
  await page.getByLabel('Type EMPTY').fill('EMPTY')
  const emptied = page.waitForResponse(/trash\/empty/)
  await page.getByRole('dialog').getByRole('button', { name: 'Empty trash' }).click()
  await emptied
  await server.end('SIGKILL')
  await server.restart()
  await page.goto(`${server.url}/trash`)
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
  await expect.poll(storedBytes, { timeout: 20_000 }).toBe(0)
  await page.reload()
  await expect(page.getByText('Emptying the trash')).toBeHidden()
})

test('an emptying that takes long is followed after a reload, to its end', async ({ page, server }) => {
  await signUp(page, server)
  const job = {
    jobId: 'a'.repeat(24),
    total: 400,
    done: 100,
    finished: false,
    startedAt: '2026-03-02T09:00:00Z',
  }
  let now = job
  await page.route('**/api/trash?*', async (route) => {
    // A reload ends what is on its way.
    const list = await route
      .fetch()
      .then((reply) => reply.json())
      .catch(() => undefined)
    if (!list) return
    await route.fulfill({ json: now.finished ? list : { ...list, emptying: now } }).catch(() => {})
  })
  await page.route('**/api/trash/jobs/*', (route) => route.fulfill({ json: now }))
  await page.goto(`${server.url}/trash`)
  await expect(page.getByText('100 of 400 items')).toBeVisible()
  await expect(page.getByRole('progressbar', { name: 'Items removed' })).toHaveAttribute(
    'aria-valuenow',
    '25',
  )
  now = { ...job, done: 300 }
  await page.reload()
  await expect(page.getByText('300 of 400 items')).toBeVisible()
  now = { ...job, done: 400, finished: true }
  await expect(page.getByText('Emptying is over: 400 items gone for good.')).toBeVisible()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText('Emptying is over')).toBeHidden()
})

test('what comes back to an address that is taken gets a number, and says so', async ({ page, server }) => {
  const { username, trash, train } = await arrange(page, server, { roads: { first: 1 } })
  await trash('roads')
  // A training script would take another name; somebody who makes a project of that name takes the address.
  await page.evaluate(async () => {
    await fetch('/api/projects', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'roads' }),
    })
  })
  await page.goto(`${server.url}/trash`)
  await page.getByRole('button', { name: 'Restore roads' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click()
  const told = page.getByRole('dialog', { name: 'It is back, under another address' })
  await expect(told).toContainText('roads-2')
  await told.getByRole('button', { name: 'Got it' }).click()
  await page.goto(`${server.url}/${username}/roads-2`)
  await expect(page.getByRole('link', { name: 'first' })).toBeVisible()
  await train('roads', 'newest', 1)
})

test('a model that was deleted before its project comes back with it, and one alone is deleted for good', async ({
  page,
  server,
}) => {
  const { username, trash } = await arrange(page, server, { roads: { early: 2, late: 3 }, signs: { one: 1 } })
  const deleteModel = (path: string) =>
    page.evaluate(
      async (address) => (await fetch(address, { method: 'DELETE' })).status,
      `/api/models/${path}`,
    )
  expect(await deleteModel(`${username}/roads/early`)).toBe(200)
  expect(await deleteModel(`${username}/signs/one`)).toBe(200)
  await trash('roads')
  await page.goto(`${server.url}/trash`)
  await page.getByRole('radiogroup', { name: 'Show' }).getByText('Models').click()
  await expect(page).toHaveURL(/type=model/)
  await expect(row(page, 'early')).toContainText('of roads, in the trash too')
  await page.getByRole('button', { name: 'Restore early' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore both' }).click()
  await expect(page.getByText('roads and early are back, with 1 model.')).toBeVisible()
  await page.getByRole('button', { name: 'Delete one for good' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete one for good?' })
  await expect(dialog).toContainText('This cannot be undone')
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByText('one is deleted for good.')).toBeVisible()
  await page.goto(`${server.url}/${username}/roads`)
  await expect(page.getByRole('link', { name: 'early' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'late' })).toBeVisible()
})

test('a project that is back without the model it was restored for says so, and why', async ({
  page,
  server,
}) => {
  const { username, trash, status } = await arrange(page, server, { roads: { early: 2, late: 3 } })
  await page.evaluate(
    (address) => fetch(address, { method: 'DELETE' }),
    `/api/models/${username}/roads/early`,
  )
  await trash('roads')
  await page.goto(`${server.url}/settings?tab=trash&type=model`)
  await page.getByRole('button', { name: 'Restore early' }).click()
  await page.route('**/api/trash?*', async (route) => {
    if (route.request().postDataJSON()?.type === 'model') await route.abort()
    else await route.fallback()
  })
  await page.getByRole('dialog').getByRole('button', { name: 'Restore both' }).click()
  const told = page.getByRole('dialog', { name: 'early is not back yet' })
  await expect(told).toContainText('roads is back, with 1 model.')
  await expect(told.getByRole('alert')).toBeVisible()
  await told.getByRole('button', { name: 'Got it' }).click()
  expect(await status('/api/projects/roads')).toBe(200)
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Restore early' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click()
  await expect(page.getByText('early is back.')).toBeVisible()
})

test('the trash is filtered, searched and paged by its address, and follows what is deleted elsewhere', async ({
  page,
  server,
}) => {
  const projects = Object.fromEntries(Array.from({ length: 22 }, (_, n) => [`road-${n}`, { one: 1 }]))
  const { username, trash } = await arrange(page, server, projects)
  for (const project of Object.keys(projects)) await trash(project)
  await page.goto(`${server.url}/trash`)
  const rows = page.getByRole('list', { name: 'In the trash' }).locator(':scope > li')
  await expect(rows).toHaveCount(20)
  await page.getByRole('button', { name: 'Page 2' }).click()
  await expect(page).toHaveURL(/page=2/)
  await expect(rows).toHaveCount(2)
  await page.reload()
  await expect(rows).toHaveCount(2)
  // A page past the end is no step back: the one before it is.
  await page.goto(`${server.url}/settings?tab=trash&page=9`)
  await expect(page).toHaveURL(/page=2/)
  await page.goBack()
  await page.goBack()
  await expect(rows).toHaveCount(20)
  await page.getByRole('button', { name: 'Page 2' }).click()
  await expect(rows).toHaveCount(2)
  await page.getByLabel('Search the trash by name').fill('road-21')
  await expect(page).toHaveURL(/search=road-21/)
  await expect(page).not.toHaveURL(/page=/)
  await expect(rows).toHaveCount(1)
  await page.goBack()
  await expect(rows).toHaveCount(20)
  await page.goto(`${server.url}/trash?type=dataset`)
  await expect(page).toHaveURL(/tab=trash&type=dataset/)
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible()
  // What is deleted elsewhere meanwhile arrives by itself.
  const statuses = await page.evaluate(async (owner) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ name: 'harbour', task: 'detect' })
    const made = await fetch('/api/datasets', { method: 'POST', headers, body })
    const gone = await fetch(`/api/datasets/${owner}/harbour`, { method: 'DELETE' })
    return [made.ok, gone.ok]
  }, username)
  expect(statuses).toEqual([true, true])
  await expect(rows).toHaveCount(1)
  await expect(row(page, 'harbour')).toContainText('Dataset')
})

test('recalculating tells what it found, and to wait when asked twice', async ({ page, server }) => {
  await arrange(page, server, { roads: { first: 30 } })
  await page.goto(`${server.url}/settings?tab=usage`)
  await page.getByRole('button', { name: 'Recalculate' }).click()
  await expect(page.getByText('Counted again: it was right.')).toBeVisible()
  await page.getByRole('button', { name: 'Recalculate' }).click()
  await expect(page.getByText(/counted a moment ago. Try again in \d+ seconds/)).toBeVisible()
  await page.getByRole('link', { name: 'first' }).click()
  await expect(page).toHaveURL(/\/roads\/first$/)
})
