import type { Page } from '@playwright/test'
import { expect, newName, type Server, signUp, test } from './fixtures.ts'

const act = async (page: Page, name: string, action: string): Promise<void> => {
  await page.getByRole('button', { name: `Actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** Makes a project by the page, private unless told otherwise. */
const createProject = async (page: Page, server: Server, name: string, who = 'Private'): Promise<void> => {
  await page.goto(`${server.url}/projects`)
  await page.getByRole('button', { name: 'Create project' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('radio', { name: who }).check()
  await dialog.getByRole('button', { name: 'Create project' }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

test('a project is made, edited, shown to everybody, and taken back by its editor', async ({
  page,
  server,
  browser,
}) => {
  test.setTimeout(120_000)
  const { username } = await signUp(page, server)
  await createProject(page, server, 'Warehouse cameras')
  await expect(page).toHaveURL(`${server.url}/${username}/warehouse-cameras`)
  await expect(page.getByText('Private', { exact: true })).toBeVisible()

  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(`${server.url}/${username}/warehouse-cameras`)
  await expect(stranger).toHaveURL(/sign-in/)

  await act(page, 'Warehouse cameras', 'Edit')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Dock cameras')
  await dialog.getByLabel('Description').fill('What the cameras over the docks see.')
  await dialog.getByLabel('Tags').fill('docks')
  await page.keyboard.press('Enter')
  await dialog.getByLabel('Licence').fill('AGPL-3.0')
  await dialog.getByRole('button', { name: 'Moss' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('heading', { level: 1, name: 'Dock cameras' })).toBeVisible()
  await expect(page).toHaveURL(`${server.url}/${username}/dock-cameras`)
  await expect(page.getByText('What the cameras over the docks see.')).toBeVisible()
  await expect(page.getByText('AGPL-3.0')).toBeVisible()

  await act(page, 'Dock cameras', 'Make public')
  await expect(dialog.getByText('find it in Explore')).toBeVisible()
  await dialog.getByRole('button', { name: 'Keep it private' }).click()
  await expect(page.getByText('Private', { exact: true })).toBeVisible()
  await act(page, 'Dock cameras', 'Make public')
  await dialog.getByRole('button', { name: 'Make public' }).click()
  await expect(page.getByText('Public', { exact: true })).toBeVisible()

  await stranger.goto(`${server.url}/explore?q=dock cam`)
  await stranger.getByRole('link', { name: 'Dock cameras' }).click()
  await expect(stranger.getByRole('heading', { level: 1, name: 'Dock cameras' })).toBeVisible()
  await expect(stranger.getByRole('button', { name: /Actions for/ })).toHaveCount(0)

  await act(page, 'Dock cameras', 'Make private')
  await expect(page.getByText('Private', { exact: true })).toBeVisible()
  await stranger.goto(`${server.url}/explore?q=dock cam`)
  await expect(stranger.getByText('Nothing matches')).toBeVisible()
  await stranger.context().close()
})

test('what one person shows another one finds, stars and copies; deleting it can be undone', async ({
  page,
  server,
  browser,
}) => {
  test.setTimeout(120_000)
  const name = `Night owls ${newName()}`
  const { username } = await signUp(page, server)
  await createProject(page, server, name, 'Public')
  await act(page, name, 'Add a model')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Owl, large')
  await dialog.getByRole('button', { name: 'Add model' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Owl, large' })).toBeVisible()

  const other = await (await browser.newContext()).newPage()
  const { username: otherName } = await signUp(other, server, { region: 'Americas' })
  await other.goto(`${server.url}/explore?q=${name}`)
  await other.getByRole('link', { name }).click()
  await other.getByRole('button', { name: 'Star this project; 0 so far' }).click()
  await expect(other.getByRole('button', { name: 'Star this project; 1 so far' })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  await other.goto(`${server.url}/explore?starred=true`)
  await expect(other.getByRole('link', { name })).toBeVisible()
  await other.getByRole('link', { name }).click()
  await other.getByRole('button', { name: 'Copy project' }).click()
  await other.getByRole('dialog').getByLabel('Name of the copy').fill('My owls')
  await other.getByRole('dialog').getByRole('button', { name: 'Copy project' }).click()
  await expect(other.getByRole('heading', { level: 1, name: 'My owls' })).toBeVisible()
  await expect(other).toHaveURL(new RegExp(`/${otherName}/`))
  await other.context().close()

  await page.goto(`${server.url}/${username}`)
  await page.getByRole('link', { name }).click()
  await act(page, name, 'Delete')
  await expect(dialog.getByText('Its model goes along.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Move to trash' }).click()
  await expect(page).toHaveURL(`${server.url}/projects`)
  await expect(page.getByText('No projects yet')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('link', { name })).toBeVisible()
  await page.getByRole('link', { name }).click()
  await act(page, name, 'Delete')
  await dialog.getByRole('button', { name: 'Move to trash' }).click()
  await expect(page).toHaveURL(`${server.url}/projects`)
  const trash = await page.request.get(`${server.url}/api/trash`)
  expect((await trash.json()).items[0]).toMatchObject({ name, type: 'project', cascadedCount: 1 })
})

test('lists are searched, sorted and paged by the address', async ({ page, server }) => {
  test.setTimeout(120_000)
  await signUp(page, server)
  for (let n = 1; n <= 26; n++)
    await page.request.post(`${server.url}/api/projects`, {
      data: { name: `Shelf ${String(n).padStart(2, '0')}` },
      headers: { origin: server.url },
    })
  await page.goto(`${server.url}/projects`)
  const names = () => page.getByRole('article').getByRole('heading').allInnerTexts()
  await expect(page.getByRole('article')).toHaveCount(24)
  await page.getByRole('combobox', { name: 'Sort projects' }).selectOption('Name, A to Z')
  await expect.poll(async () => (await names())[0]).toBe('Shelf 01')
  await page.getByRole('button', { name: 'Page 2' }).click()
  await expect.poll(names).toEqual(['Shelf 25', 'Shelf 26'])
  await expect(page).toHaveURL(/sort=name-asc.*page=2|page=2.*sort=name-asc/)
  await page.reload()
  await expect.poll(names).toEqual(['Shelf 25', 'Shelf 26'])
  await page.getByRole('textbox', { name: 'Search projects' }).fill('elf 13')
  await expect.poll(names).toEqual(['Shelf 13'])
  await page.getByRole('textbox', { name: 'Search projects' }).fill('nothing like it')
  await expect(page.getByText('Nothing matches')).toBeVisible()
})

test('a private model is copied into a public project only by who agrees that everybody sees it', async ({
  page,
  server,
}) => {
  const { username } = await signUp(page, server)
  const make = async (path: string, data: object) =>
    (await page.request.post(server.url + path, { data, headers: { origin: server.url } })).json()
  const { projectId } = await make('/api/projects', { name: 'Secret', visibility: 'private' })
  await make('/api/models', { projectId, name: 'Mole', metrics: { mAP50: 0.5 } })
  await make('/api/projects', { name: 'Open', visibility: 'public' })
  await page.goto(`${server.url}/${username}/secret/mole`)
  await expect(page.getByRole('definition').filter({ hasText: '0.5' })).toBeVisible()
  await act(page, 'Mole', 'Copy to a project')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Into the project' }).click()
  await page.getByRole('option', { name: 'Open' }).click()
  await expect(dialog.getByRole('button', { name: 'Copy model' })).toBeDisabled()
  await dialog.getByRole('checkbox', { name: 'Show the copy publicly' }).check()
  await dialog.getByRole('button', { name: 'Copy model' }).click()
  await expect(page).toHaveURL(`${server.url}/${username}/open/mole`)
  await act(page, 'Mole', 'Edit')
  await dialog.getByLabel('Version').fill('2')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('version 2')).toBeVisible()
})

test('deployments show what the plan allows, can be deleted, and offer no start here', async ({
  page,
  server,
}) => {
  const { username } = await signUp(page, server)
  await page.goto(`${server.url}/deployments`)
  await expect(page.getByText('0 of 3 in this workspace')).toBeVisible()
  await expect(page.getByRole('button', { name: /start|deploy/i })).toHaveCount(0)
  await page.getByRole('tab', { name: 'Exports' }).click()
  await expect(page.getByText('No exports')).toBeVisible()
  await expect(page).toHaveURL(/tab=exports/)
  expect(username).toBeTruthy()
})

test('the search of the workspace opens by key, is walked by arrows, and leads there', async ({
  page,
  server,
}) => {
  const { username } = await signUp(page, server)
  await page.request.post(`${server.url}/api/projects`, {
    data: { name: 'Trash sorting' },
    headers: { origin: server.url },
  })
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'Search pages, projects and models' })
  await expect(field).toBeFocused()
  await field.fill('trash')
  await expect(page.getByRole('option')).toHaveText(['Trash', 'Trash sorting'])
  await expect(page.getByRole('option', { name: 'Trash', exact: true })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${server.url}/${username}/trash-sorting`)
  await page.keyboard.press('/')
  await expect(field).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(field).toBeHidden()
})
