import { createHash, randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, type Server, signUp, test } from './fixtures.ts'

const MiB = 2 ** 20

/** A model without weights, on its files. */
const aModel = async (page: Page, server: Server): Promise<string> => {
  const { username } = await signUp(page, server)
  const make = async (path: string, data: object) =>
    (await page.request.post(server.url + path, { data, headers: { origin: server.url } })).json()
  const { projectId } = await make('/api/projects', { name: 'Home' })
  const { modelId } = await make('/api/models', { projectId, name: 'Large' })
  await page.goto(`${server.url}/${username}/home/large?tab=files`)
  await expect(page.getByText('No weights yet')).toBeVisible()
  return modelId
}

/** Weights on disk: chosen twice, they are the same file. */
const weights = async (name: string, size: number) => {
  const bytes = randomBytes(size)
  const path = join(test.info().outputPath(), name)
  await writeFile(path, bytes)
  return { path, bytes, remove: () => rm(path) }
}

/** A line on which parts take a moment; called with true, it is cut. */
const slowNetwork = async (page: Page) => {
  const devtools = await page.context().newCDPSession(page)
  const set = (offline: boolean) =>
    devtools.send('Network.emulateNetworkConditions', {
      offline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 24 * MiB,
    })
  await set(false)
  return set
}

const choose = (page: Page, path: string) => page.locator('input[type=file]').setInputFiles(path)

test('weights go on after a pause, a lost connection and a reload, and nothing is sent twice', async ({
  page,
  server,
}) => {
  test.setTimeout(180_000)
  const modelId = await aModel(page, server)
  const file = await weights('best.pt', 160 * MiB)
  const stored: string[] = []
  page.on('response', (answer) => {
    const range = answer.request().headers()['content-range']
    if (range && answer.status() === 200) stored.push(range)
  })
  const network = await slowNetwork(page)
  const upload = page.getByRole('region', { name: 'Upload', exact: true })

  await choose(page, file.path)
  await expect.poll(() => stored.length, { timeout: 30_000 }).toBeGreaterThan(0)
  await network(true)
  await expect(upload.getByText('It goes on by itself.')).toBeVisible()
  await upload.getByRole('button', { name: 'Pause' }).click()
  await expect(upload.getByText(/^Paused at \d+ MB of 160 MB$/)).toBeVisible()
  await network(false)
  await upload.getByRole('button', { name: 'Resume' }).click()
  await expect(upload.getByRole('button', { name: 'Pause' })).toBeVisible()

  await network(true)
  await expect(upload.getByText('It goes on by itself.')).toBeVisible()
  expect(new Set(stored).size).toBeLessThan(10)
  await network(false)
  page.once('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await expect(upload.getByText('The upload of best.pt was interrupted')).toBeVisible()
  await expect(upload.getByText(/^[\d.]+ MB of 160 MB have arrived/)).toBeVisible()

  const other = await weights('other.pt', 1000)
  await choose(page, other.path)
  await expect(upload.getByText('That is another file.')).toBeVisible()

  await choose(page, file.path)
  await expect(upload.getByText('best.pt is here, 160 MB, and its checksum is right.')).toBeVisible({
    timeout: 90_000,
  })
  expect(stored.length).toBe(10)
  expect(new Set(stored).size).toBe(10)

  const { files } = await (await page.request.get(`${server.url}/api/models/${modelId}/files`)).json()
  const arrived = await (await page.request.get(files[0].downloadUrl)).body()
  const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  expect(sha(arrived)).toBe(sha(file.bytes))
  await upload.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('list', { name: 'Files' }).getByText('large.pt')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download large.pt' }).first().click()
  expect((await download).suggestedFilename()).toBe('large.pt')
  await expect(page.getByText('downloaded once')).toBeVisible()
  await Promise.all([file.remove(), other.remove()])
})

test('a checksum that does not fit, a plan without room and a file of another kind are told in words', async ({
  page,
  server,
}) => {
  test.setTimeout(120_000)
  await aModel(page, server)
  const upload = page.getByRole('region', { name: 'Upload', exact: true })
  await page.locator('input[type=file]').setInputFiles({
    name: 'best.onnx',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('x'),
  })
  await expect(upload.getByText('Choose a file that ends in .pt.')).toBeVisible()

  const file = { name: 'best.pt', mimeType: 'application/octet-stream', buffer: randomBytes(100) }
  await page.route('**/api/upload/complete**', (route) => {
    const body = { ...route.request().postDataJSON(), checksum: '0'.repeat(64) }
    void route.continue({ postData: JSON.stringify(body) })
  })
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(upload.getByText('What arrived is not what this file holds')).toBeVisible()
  await upload.getByRole('button', { name: 'Cancel upload' }).click()
  await page.unroute('**/api/upload/complete**')

  await page.route('**/api/upload/signed-url**', (route) =>
    route.continue({
      postData: JSON.stringify({ ...route.request().postDataJSON(), totalBytes: 2 ** 30 + 1 }),
    }),
  )
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(upload.getByText('A model file may have at most 1 GB')).toBeVisible()
  await upload.getByRole('button', { name: 'Cancel upload' }).click()
  await page.unroute('**/api/upload/signed-url**')

  await page.locator('input[type=file]').setInputFiles(file)
  await expect(upload.getByText('best.pt is here')).toBeVisible()
})

test('an upload goes on while one looks at other pages, and can be given up', async ({ page, server }) => {
  await aModel(page, server)
  await page.route('**/api/uploads/**', (route) => route.abort('connectionfailed'))
  const file = await weights('slow.pt', MiB)
  await choose(page, file.path)
  const upload = page.getByRole('region', { name: 'Upload', exact: true })
  await expect(upload.getByText('It goes on by itself.')).toBeVisible()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
  await page.goBack()
  await expect(upload.getByText('slow.pt')).toBeVisible()
  const gone = page.waitForResponse((answer) => answer.request().method() === 'DELETE')
  await upload.getByRole('button', { name: 'Cancel upload' }).click()
  expect((await gone).status()).toBe(200)
  await expect(upload.getByRole('button', { name: 'Choose a .pt file' })).toBeVisible()
  await file.remove()
})
