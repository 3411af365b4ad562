import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import {
  expect,
  grantSeats,
  inviteLink,
  makeKey,
  newName,
  password,
  type Server,
  signUp,
  test,
} from './fixtures.ts'

/** Asks the API as the person whose page it is. */
const ask = (page: Page, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json' }
      const reply = await fetch(path, { method, ...(body ? { headers, body } : {}) })
      if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`)
      return reply.json()
    },
    [method, path, body ? JSON.stringify(body) : ''] as const,
  )

const makeProject = async (page: Page, name: string): Promise<string> =>
  String((await ask(page, 'POST', '/api/projects', { name })).projectId)

const rename = (page: Page, id: string, name: string) => ask(page, 'PATCH', `/api/projects/${id}`, { name })

const openFeed = async (page: Page, server: Server, query = ''): Promise<void> => {
  await page.goto(`${server.url}/activity${query}`)
  await expect(page.getByRole('heading', { name: 'Activity', level: 1 })).toBeVisible()
}

const rows = (page: Page) => page.getByRole('main').getByRole('listitem')
const rowOf = (page: Page, sentence: string) => rows(page).filter({ hasText: sentence })
const badge = (page: Page) => page.getByRole('navigation', { name: 'Main' }).getByLabel(/unseen/)

test('a renamed project shows what changed, and is called as before once that was undone', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  const id = await makeProject(page, 'Quay')
  await rename(page, id, 'Harbor')
  await openFeed(page, server)
  const row = rowOf(page, 'Renamed project Quay to Harbor')
  await row.getByRole('button', { name: /^Details of/ }).click()
  const changes = row.getByLabel('What changed')
  await expect(changes).toContainText('Name')
  await expect(changes.locator('del').first()).toHaveText('Quay')
  await expect(changes.locator('ins').first()).toHaveText('Harbor')
  await expect(row).toContainText('It can be undone until')
  await expect(row).toContainText('127.0.0.1')

  await row.getByRole('button', { name: /^Undo/ }).click()
  await expect(page.getByText('Undone: Renamed project Quay to Harbor.')).toBeVisible()
  await expect(row).toContainText('Undone')
  await expect(row.getByRole('button', { name: /^Undo/ })).toHaveCount(0)
  await expect(rowOf(page, 'Renamed project Harbor to Quay')).toContainText('Undoes a change')
  expect(await ask(page, 'GET', `/api/projects/${id}`)).toMatchObject({
    project: { name: 'Quay', slug: 'quay' },
  })
})

test('an undo that comes too late, in either way, says so in plain words', async ({ page, server }) => {
  await signUp(page, server)
  const id = await makeProject(page, 'One')
  await rename(page, id, 'Two')
  await rename(page, id, 'Three')
  await openFeed(page, server)
  await rowOf(page, 'Renamed project One to Two').getByRole('button', { name: /^Undo/ }).click()
  await expect(page.getByText('It was changed again since. Undo the later change first')).toBeVisible()
  expect(await ask(page, 'GET', `/api/projects/${id}`)).toMatchObject({ project: { name: 'Three' } })

  await server.advance(3601)
  const later = rowOf(page, 'Renamed project Two to Three').getByRole('button', { name: /^Undo/ })
  await later.click()
  await expect(page.getByText('The hour for undoing this is over')).toBeVisible()
  await expect(later).toHaveCount(0)
})

test('what would be shown to everybody again is undone only after a question', async ({ page, server }) => {
  await signUp(page, server)
  const id = await makeProject(page, 'Open house')
  await ask(page, 'PATCH', `/api/projects/${id}`, { visibility: 'public' })
  await ask(page, 'PATCH', `/api/projects/${id}`, { visibility: 'private' })
  await openFeed(page, server)
  const row = rowOf(page, 'Made project Open house private')
  await row.getByRole('button', { name: /^Undo/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Undo this?' })
  await expect(dialog).toContainText('everybody can see it')
  await dialog.getByRole('button', { name: 'Leave it' }).click()
  expect(await ask(page, 'GET', `/api/projects/${id}`)).toMatchObject({ project: { visibility: 'private' } })
  await row.getByRole('button', { name: /^Undo/ }).click()
  await dialog.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(row).toContainText('Undone')
  expect(await ask(page, 'GET', `/api/projects/${id}`)).toMatchObject({ project: { visibility: 'public' } })
})

test('what another session does arrives by itself, over one line to the server', async ({
  page,
  server,
  browser,
}) => {
  const { email } = await signUp(page, server)
  const lines: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/activity/stream')) lines.push(request.url())
  })
  await openFeed(page, server)
  await expect(rowOf(page, 'Created this account')).toContainText('New')
  await expect(badge(page)).toHaveCount(0)

  const other = await (await browser.newContext()).newPage()
  await other.goto(`${server.url}/sign-in`)
  await other.getByLabel('Email').fill(email)
  await other.getByLabel('Password', { exact: true }).fill(password)
  await other.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(other).toHaveURL(/\/home/)
  const id = await makeProject(other, 'From elsewhere')
  const row = rowOf(page, 'Created project From elsewhere')
  await expect(row).toContainText('New', { timeout: 10_000 })
  await expect(page.getByRole('status').filter({ hasText: /New: |new events/ })).toHaveCount(1)
  await expect(badge(page)).toBeVisible()
  await page.getByRole('button', { name: 'Mark all seen' }).click()
  await expect(row).not.toContainText('New')
  await expect(badge(page)).toHaveCount(0)

  await page.getByRole('tab', { name: 'Archive' }).click()
  await rename(other, id, 'Told elsewhere')
  await page.getByRole('link', { name: '1 new event in the inbox' }).click()
  await expect(page).toHaveURL(`${server.url}/activity`)
  await expect(rowOf(page, 'Renamed project From elsewhere to Told elsewhere')).toContainText('New')
  await expect(badge(page)).toHaveCount(0)

  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await rename(other, id, 'Back home')
  await expect(page.getByText('to Back home')).toBeVisible({ timeout: 10_000 })
  expect(lines).toHaveLength(1)
  await other.context().close()
})

test('in a team each has an inbox of their own, and a viewer takes nothing back and sees no addresses', async ({
  page,
  server,
  browser,
}) => {
  test.setTimeout(120_000)
  await signUp(page, server)
  const bee = await (await browser.newContext()).newPage()
  const { email } = await signUp(bee, server, { region: 'Americas' })
  const team = newName()
  await ask(page, 'POST', '/api/teams/create', { username: team, fullName: 'Acme Vision' })
  await grantSeats(server, team, 3)
  await ask(page, 'POST', '/api/members', { email, role: 'viewer', owner: team })
  await bee.goto(await inviteLink(server, email))
  await bee.getByRole('button', { name: 'Join Acme Vision' }).click()
  await expect(bee.getByRole('button', { name: /^Switch workspace/ })).toContainText('Acme Vision')
  await ask(page, 'POST', '/api/auth/workspace', { username: team })
  const id = await makeProject(page, 'Shared')
  await rename(page, id, 'Ours')

  await openFeed(bee, server)
  const row = (of: Page) => rowOf(of, 'Renamed project Shared to Ours')
  await row(bee)
    .getByRole('button', { name: /^Details of/ })
    .click()
  await expect(row(bee).getByLabel('What changed')).toContainText('Ours')
  await expect(row(bee)).not.toContainText('IP address')
  await expect(row(bee).getByRole('button', { name: /^Undo/ })).toHaveCount(0)
  await row(bee).getByRole('button', { name: 'Archive' }).click()
  await expect(row(bee)).toHaveCount(0)

  await openFeed(page, server)
  await expect(row(page).getByRole('button', { name: /^Undo/ })).toBeVisible()
  await row(page)
    .getByRole('button', { name: /^Details of/ })
    .click()
  await expect(row(page)).toContainText('IP address')
  await bee.context().close()
})

test('rows go to the archive and come back, one by one or all at once', async ({ page, server }) => {
  await signUp(page, server)
  await makeProject(page, 'Kept')
  await openFeed(page, server)
  const row = rowOf(page, 'Created project Kept')
  await row.getByRole('button', { name: 'Archive' }).click()
  await expect(row).toHaveCount(0)
  await page.getByRole('tab', { name: 'Archive' }).click()
  await expect(page).toHaveURL(/tab=archive/)
  await row.getByRole('button', { name: 'Restore to inbox' }).click()
  await expect(page.getByRole('heading', { name: 'The archive is empty' })).toBeVisible()
  await page.getByRole('tab', { name: 'Inbox' }).click()
  await expect(row).toBeVisible()

  await page.getByRole('button', { name: 'Archive all' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Archive all' }).click()
  await expect(page.getByRole('heading', { name: 'All caught up' })).toBeVisible()
  await page.getByRole('tab', { name: 'Archive' }).click()
  await expect(rows(page)).toHaveCount(2)
})

test('an export holds what the filters choose, as JSON and as a table', async ({ page, server }) => {
  const { username } = await signUp(page, server)
  await makeProject(page, '=Formula')
  await makeKey(page, server, 'Lab')
  await openFeed(page, server, '?type=library')
  await expect(rows(page)).toHaveCount(1)
  const save = async (item: string) => {
    await page.getByRole('button', { name: 'Export' }).click()
    const downloading = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: item }).click()
    const file = await downloading
    expect(file.suggestedFilename()).toMatch(new RegExp(`^activity-${username}-.*\\.(json|csv)$`))
    return readFile(await file.path(), 'utf8')
  }
  const { owner, filters, activity } = JSON.parse(await save('JSON'))
  expect([owner, filters.type, activity.length]).toEqual([username, 'library', 1])
  expect(activity[0]).toMatchObject({ resourceName: '=Formula', action: 'created' })
  const [head, line, end] = (await save('Table (CSV)')).split('\r\n')
  expect(head).toMatch(/^timestamp,action,resourceType,resourceName/)
  expect([line?.includes("created,project,'=Formula"), end]).toEqual([true, ''])

  await page.route(/\/api\/activity\?archived=.*limit=1&/, (route) => route.abort())
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'Table (CSV)' }).click()
  await expect(page.getByText('The export did not begin.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Export' })).toBeEnabled()
})

test('search, filters and pages stand in the address: reload and back keep them', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  const id = await makeProject(page, 'Long story')
  for (let n = 1; n <= 22; n++)
    await ask(page, 'PATCH', `/api/projects/${id}`, { description: `Chapter ${n}` })
  await openFeed(page, server)
  await expect(page.getByText('1–20 of 24')).toBeVisible()
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(page).toHaveURL(/page=2/)
  await expect(page.getByText('21–24 of 24')).toBeVisible()
  await page.reload()
  await expect(page.getByText('21–24 of 24')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Older' })).toHaveCount(0)

  await page.getByLabel('Type', { exact: true }).selectOption('Settings and keys')
  await expect(page).toHaveURL(/type=system/)
  await expect(page).not.toHaveURL(/page=/)
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page)).toContainText('Created this account')
  await page.goBack()
  await expect(page.getByText('21–24 of 24')).toBeVisible()
  await page.goForward()

  await page.getByLabel('Search activity by name or type').fill('long')
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible()
  await page.getByLabel('Type', { exact: true }).selectOption('All types')
  await expect(rows(page)).toHaveCount(20)
  await page.reload()
  await expect(page.getByLabel('Search activity by name or type')).toHaveValue('long')
  await expect(rows(page)).toHaveCount(20)
  await page.getByRole('button', { name: 'Clear all filters' }).click()
  await expect(page).toHaveURL(`${server.url}/activity`)
  await expect(page.getByLabel('Search activity by name or type')).toHaveValue('')
})

test('a month that has passed is found by its dates', async ({ page, server }) => {
  await signUp(page, server)
  const dayOf = (at: Date) => at.toLocaleDateString('sv')
  const today = await server.now()
  await page.clock.setFixedTime(new Date(today.getTime() + 40 * 24 * 3600 * 1000))
  await openFeed(page, server)
  await expect(page.getByRole('heading', { name: 'All caught up' })).toBeVisible()
  await page.getByLabel('Time', { exact: true }).selectOption('All time')
  await expect(rows(page)).toHaveCount(1)
  await page.getByLabel('Time', { exact: true }).selectOption('Between dates…')
  await page.getByLabel('First day').fill(dayOf(today))
  await page.getByLabel('Last day').fill(dayOf(today))
  await expect(page).toHaveURL(new RegExp(`from=${dayOf(today)}&to=${dayOf(today)}`))
  await expect(rows(page)).toHaveCount(1)
  await page.getByLabel('Last day').fill(dayOf(new Date(today.getTime() - 24 * 3600 * 1000)))
  await expect(page.getByText('Lies before the first day')).toBeVisible()
  await page.reload()
  await expect(page.getByText('Lies before the first day')).toBeVisible()
})

test('dates are typed digit by digit, and count once they are whole', async ({ page, server }) => {
  await signUp(page, server)
  await openFeed(page, server)
  await page.getByLabel('Time', { exact: true }).selectOption('Between dates…')
  const first = page.getByLabel('First day')
  await first.focus()
  await page.keyboard.type('03052')
  await expect(page).toHaveURL(`${server.url}/activity`)
  await page.keyboard.type('026')
  await expect(page).toHaveURL(/from=2026-03-05/)
  await expect(first).toHaveValue('2026-03-05')
  await page.keyboard.type('1')
  await page.getByLabel('Last day').focus()
  await expect(first).toHaveValue('2026-03-05')
  await first.fill('')
  await page.getByLabel('Last day').focus()
  await expect(page).toHaveURL(`${server.url}/activity`)
  await expect(first).toBeVisible()
})

test('a keyboard alone opens details, archives a row and turns to the archive', async ({ page, server }) => {
  await signUp(page, server)
  await makeProject(page, 'By hand')
  await openFeed(page, server)
  await page.getByRole('tab', { name: 'Inbox' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('heading', { name: 'The archive is empty' })).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByRole('tab', { name: 'Inbox' })).toHaveAttribute('aria-selected', 'true')
  const row = rowOf(page, 'Created project By hand')
  await row.getByRole('button', { name: 'Archive' }).focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(row.getByRole('button', { name: /^Details of/ })).toHaveAttribute('aria-expanded', 'true')
  await expect(row.getByText('When', { exact: true })).toBeVisible()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(row).toHaveCount(0)
  // The focus goes on to the next row, not back to the top.
  await expect(rows(page).getByRole('button', { name: 'Archive' })).toBeFocused()
})
