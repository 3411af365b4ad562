import type { Page } from '@playwright/test'
import { expect, newName, type Server, signUp, test } from './fixtures.ts'
import { aYoloZip } from './yolo-files.ts'

const act = async (page: Page, name: string, action: string): Promise<void> => {
  await page.getByRole('button', { name: `Actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** Makes a dataset by the page, private unless told otherwise. */
const createDataset = async (page: Page, server: Server, name: string, who = 'Private'): Promise<void> => {
  await page.goto(`${server.url}/datasets`)
  await page.getByRole('button', { name: 'Create dataset' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('radio', { name: who }).check()
  await dialog.getByRole('button', { name: 'Create dataset' }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

const send = async (page: Page, name: string, buffer: Buffer): Promise<void> => {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose a file' }).click(),
  ])
  await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer })
}

const images = (page: Page) => page.getByRole('list', { name: 'Images' }).getByRole('listitem')

test('a dataset is made, filled from a zip, looked at, kept as a version and downloaded', async ({
  page,
  server,
}) => {
  test.setTimeout(180_000)
  const { username } = await signUp(page, server)
  await createDataset(page, server, 'Night roads')
  await expect(page).toHaveURL(`${server.url}/${username}/datasets/night-roads`)
  await expect(page.getByText('Empty', { exact: true })).toBeVisible()
  await send(page, 'roads.zip', await aYoloZip(6))

  await expect(page.getByText('6 images were taken in.')).toBeVisible({ timeout: 60_000 })
  await expect(images(page)).toHaveCount(6)
  await page.getByRole('radiogroup', { name: 'Split' }).getByText('Val 2').click()
  await expect(images(page)).toHaveCount(2)
  await expect(page).toHaveURL(/split=val/)
  await page.reload()
  await expect(images(page)).toHaveCount(2)

  await images(page).first().getByRole('button').click()
  const viewer = page.getByRole('dialog')
  await expect(viewer.getByRole('img', { name: '2 labels' })).toBeVisible()
  await expect(viewer.getByText('1 of 2')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(viewer.getByText('2 of 2')).toBeVisible()
  await viewer.getByRole('button', { name: 'van' }).click()
  await expect(viewer.getByRole('img', { name: '1 label' })).toBeVisible()
  await page.keyboard.press('l')
  await expect(viewer.getByRole('img', { name: /label/ })).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(viewer).toBeHidden()

  await page.getByRole('tab', { name: 'Classes' }).click()
  await expect(page.getByRole('list', { name: 'Classes' }).getByRole('listitem')).toHaveText(['car0', 'van1'])
  await page.getByRole('button', { name: 'Edit names' }).click()
  await page.getByLabel('One name a line').fill('car')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('there cannot be fewer')).toBeVisible()
  await page.getByLabel('One name a line').fill('car\ntruck')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('list', { name: 'Classes' })).toContainText('truck')

  await page.getByRole('tab', { name: 'Versions' }).click()
  await page.getByRole('button', { name: 'Create version' }).first().click()
  await page.getByRole('dialog').getByLabel('Description').fill('As it began')
  await page.getByRole('dialog').getByRole('button', { name: 'Create version' }).click()
  await expect(page.getByText('Version 1 is kept.')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Versions' })).toContainText('As it began')
  await page.getByRole('button', { name: 'Create version' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Create version' }).click()
  await expect(page.getByText('so that one stands')).toBeVisible()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download version 1 as NDJSON' }).click(),
  ])
  const stream = await download.createReadStream()
  let text = ''
  for await (const chunk of stream) text += chunk
  const [head, ...rows] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(head).toMatchObject({ type: 'dataset', task: 'detect', class_names: { 0: 'car', 1: 'truck' } })
  expect(rows).toHaveLength(6)
  expect(rows[0]).toMatchObject({
    type: 'image',
    file: 'street-001.png',
    split: 'train',
    width: 320,
    height: 240,
  })
  expect(rows[0].annotations.boxes).toHaveLength(2)
  expect((await fetch(rows[0].url)).headers.get('content-type')).toBe('image/png')

  await page.getByRole('tab', { name: 'Use it' }).click()
  await expect(page.getByText(`yolo train data=ul://${username}/datasets/night-roads`)).toBeVisible()
  await expect(page.getByText('It cannot be trained on yet')).toHaveCount(0)
})

test('a file that cannot be used is told with what to do, and leaves the dataset as it was', async ({
  page,
  server,
}) => {
  test.setTimeout(120_000)
  await signUp(page, server)
  await createDataset(page, server, 'Broken things')
  await send(page, 'notes.txt', Buffer.from('no archive'))
  await expect(page.getByText('Choose a file that ends in')).toBeVisible()
  await send(page, 'broken.zip', Buffer.from('PK no archive at all'))
  await expect(page.getByRole('alert')).toContainText('The file could not be taken in', { timeout: 60_000 })
  await expect(page.getByRole('alert')).toContainText('Once the cause is gone, add the file again')
  await send(page, 'roads.zip', await aYoloZip(2))
  await expect(images(page)).toHaveCount(2, { timeout: 60_000 })
  await expect(page.getByText('It cannot be trained on yet')).toBeVisible()
  await expect(page.getByText('No image is in val or test')).toBeVisible()

  await page.getByRole('button', { name: 'Add images' }).click()
  await page.getByRole('combobox', { name: 'Split' }).selectOption('All of it to Val')
  await page.getByLabel('Where a name is taken').selectOption('Both stay')
  await send(page, 'more.zip', await aYoloZip(2))
  await expect(images(page)).toHaveCount(4, { timeout: 60_000 })
  await expect(page.getByText('It cannot be trained on yet')).toHaveCount(0)
})

test('a second file waits while the server is busy with the first, and a copy opens a page that knows nothing of it', async ({
  page,
  server,
}) => {
  test.setTimeout(120_000)
  const { username } = await signUp(page, server)
  await createDataset(page, server, 'Two files')
  await send(page, 'roads.zip', await aYoloZip(2))
  await expect(images(page)).toHaveCount(2, { timeout: 60_000 })
  const add = page.getByRole('region', { name: 'Add images' })
  await page.getByRole('button', { name: 'Add images' }).click()
  await add.getByRole('combobox', { name: 'Split' }).selectOption('All of it to Val')
  const busy = { error: 'Busy', code: 'CONFLICT', reason: 'dataset_busy', requestId: 'r' }
  let asked = 0
  await page.route('**/api/datasets/ingest*', (route) =>
    ++asked > 2 ? route.continue() : route.fulfill({ status: 409, json: busy }),
  )
  await send(page, 'more.zip', await aYoloZip(2))
  await expect(add.getByText('more.zip is here and waits to be taken in.')).toBeVisible({ timeout: 30_000 })
  await expect(images(page)).toHaveCount(4, { timeout: 60_000 })
  expect(asked).toBe(3)
  await expect(add).toBeVisible()

  await page.getByRole('radiogroup', { name: 'Split' }).getByText('Val 2').click()
  await act(page, 'Two files', 'Make a copy')
  await page.getByRole('dialog').getByLabel('Name of the copy').fill('Third file')
  await page.getByRole('dialog').getByRole('button', { name: 'Copy dataset' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Third file' })).toBeVisible()
  await expect(page).toHaveURL(`${server.url}/${username}/datasets/third-file`)
  await expect(images(page)).toHaveCount(4, { timeout: 60_000 })
  await expect(page.getByRole('button', { name: 'Add images' })).toBeVisible()
  await expect(add).toHaveCount(0)
})

test('what one person shows another one finds, stars and copies; deleting it can be undone', async ({
  page,
  server,
  browser,
}) => {
  test.setTimeout(180_000)
  const name = `Harbour birds ${newName()}`
  const { username } = await signUp(page, server)
  await createDataset(page, server, name)
  await send(page, 'roads.zip', await aYoloZip(3))
  await expect(images(page)).toHaveCount(3, { timeout: 60_000 })

  const stranger = await (await browser.newContext()).newPage()
  const address = page.url()
  await stranger.goto(address)
  await expect(stranger).toHaveURL(/sign-in/)
  await act(page, name, 'Make public')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('find it in Explore')).toBeVisible()
  await expect(dialog.getByText('often with the place where they were taken')).toBeVisible()
  await dialog.getByRole('button', { name: 'Keep it private' }).click()
  await expect(page.getByText('Private', { exact: true })).toBeVisible()
  await act(page, name, 'Make public')
  await dialog.getByRole('button', { name: 'Make public' }).click()
  await expect(page.getByText('Public', { exact: true })).toBeVisible()

  await stranger.goto(`${server.url}/explore?type=datasets&q=${name}`)
  await stranger.getByRole('link', { name }).click()
  await expect(stranger.getByRole('heading', { level: 1, name })).toBeVisible()
  await expect(images(stranger)).toHaveCount(3)
  await expect(stranger.getByRole('button', { name: /Actions for|Add images/ })).toHaveCount(0)
  await stranger.context().close()

  const other = await (await browser.newContext()).newPage()
  const { username: otherName } = await signUp(other, server, { region: 'Americas' })
  await other.goto(address)
  await other.getByRole('button', { name: 'Star this dataset; 0 so far' }).click()
  await expect(other.getByRole('button', { name: 'Star this dataset; 1 so far' })).toBeVisible()
  await other.getByRole('button', { name: 'Copy dataset' }).click()
  await other.getByRole('dialog').getByLabel('Name of the copy').fill('My birds')
  await other.getByRole('dialog').getByRole('button', { name: 'Copy dataset' }).click()
  await expect(other.getByRole('heading', { level: 1, name: 'My birds' })).toBeVisible()
  await expect(other).toHaveURL(`${server.url}/${otherName}/datasets/my-birds`)
  await expect(images(other)).toHaveCount(3, { timeout: 60_000 })
  await other.context().close()

  await act(page, name, 'Delete')
  await dialog.getByRole('button', { name: 'Move to trash' }).click()
  await expect(page).toHaveURL(`${server.url}/datasets`)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('link', { name }).click()
  await act(page, name, 'Delete')
  await dialog.getByRole('button', { name: 'Move to trash' }).click()
  await expect(page.getByText('No datasets yet')).toBeVisible()
  const trash = await page.request.get(`${server.url}/api/trash`)
  expect((await trash.json()).items[0]).toMatchObject({ name, type: 'dataset' })
  await page.goto(`${server.url}/${username}/datasets/nothing-here`)
  await expect(page.getByRole('link', { name: 'All datasets' })).toBeVisible()
})

test('a viewer looks at everything and is offered no change; what did not load is asked for again', async ({
  page,
  server,
}) => {
  test.setTimeout(120_000)
  await signUp(page, server)
  await createDataset(page, server, 'For all eyes')
  await send(page, 'roads.zip', await aYoloZip(3))
  await expect(images(page)).toHaveCount(3, { timeout: 60_000 })
  await page.route('**/api/auth/me', async (route) => {
    const me = await (await route.fetch()).json()
    await route.fulfill({ json: { ...me, workspace: { ...me.workspace, role: 'viewer' } } })
  })
  await page.route('**/api/datasets/*/images*', (route) => route.fulfill({ status: 503, json: {} }))
  await page.reload()
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible({ timeout: 30_000 })
  await page.unroute('**/api/datasets/*/images*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(images(page)).toHaveCount(3)
  await expect(page.getByRole('button', { name: 'Star this dataset; 0 so far' })).toBeVisible()
  await expect(page.getByRole('button', { name: /Add images|Actions for/ })).toHaveCount(0)
  await page.getByRole('tab', { name: 'Classes' }).click()
  await expect(page.getByRole('list', { name: 'Classes' })).toContainText('van')
  await expect(page.getByRole('button', { name: 'Edit names' })).toHaveCount(0)
  await page.getByRole('tab', { name: 'Versions' }).click()
  await expect(page.getByRole('button', { name: 'Download as it stands' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Create version' })).toHaveCount(0)
  await page.goto(`${server.url}/datasets`)
  await expect(page.getByRole('link', { name: 'For all eyes' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Create dataset' })).toHaveCount(0)
})

test('a project called datasets keeps its models, and an address cut short leads to the public ones', async ({
  page,
  server,
}) => {
  const { username } = await signUp(page, server)
  const post = (path: string, data: object) =>
    page.request.post(server.url + path, { data, headers: { origin: server.url } })
  await post('/api/datasets', { name: 'Open roads' })
  await page.goto(`${server.url}/${username}/datasets`)
  await expect(page.getByRole('link', { name: 'Open roads' })).toBeVisible()
  const { projectId } = await (await post('/api/projects', { name: 'Datasets' })).json()
  await post('/api/models', { projectId, name: 'Owl' })
  await page.goto(`${server.url}/${username}/datasets/owl`)
  await expect(page.getByRole('heading', { level: 1, name: 'Owl' })).toBeVisible()
  await page.getByRole('tab', { name: 'Files' }).click()
  await expect(page.getByText('No weights yet')).toBeVisible()
})

test('the list is searched, narrowed and sorted by the address', async ({ page, server }) => {
  test.setTimeout(120_000)
  await signUp(page, server)
  for (let n = 1; n <= 26; n++)
    await page.request.post(`${server.url}/api/datasets`, {
      data: { name: `Shelf ${String(n).padStart(2, '0')}`, task: n % 2 ? 'detect' : 'pose' },
      headers: { origin: server.url },
    })
  await page.goto(`${server.url}/datasets`)
  const names = () => page.getByRole('article').getByRole('heading').allInnerTexts()
  await expect(page.getByRole('article')).toHaveCount(24)
  await page.getByRole('combobox', { name: 'Sort datasets' }).selectOption('Name, A to Z')
  await expect.poll(async () => (await names())[0]).toBe('Shelf 01')
  await page.getByRole('button', { name: 'Page 2' }).click()
  await expect.poll(names).toEqual(['Shelf 25', 'Shelf 26'])
  await page.getByRole('combobox', { name: 'Any task' }).selectOption('Pose')
  await expect(page.getByRole('article')).toHaveCount(13)
  await page.reload()
  await expect(page.getByRole('article')).toHaveCount(13)
  await page.getByRole('textbox', { name: 'Search datasets' }).fill('elf 14')
  await expect.poll(names).toEqual(['Shelf 14'])
  await page.getByRole('textbox', { name: 'Search datasets' }).fill('nothing like it')
  await page.getByRole('button', { name: 'Show all datasets' }).click()
  await expect(page.getByRole('article')).toHaveCount(24)
})
