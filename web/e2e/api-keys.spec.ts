import type { Page } from '@playwright/test'
import { expect, makeKey, type Server, signUp, test, trainingClient } from './fixtures.ts'

const hourSeconds = 3600

const openKeys = async (page: Page, server: Server): Promise<void> => {
  await page.goto(`${server.url}/settings?tab=api-keys`)
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible()
}

const cardOf = (page: Page, name: string) => page.getByRole('article', { name: `Key ${name}` })

const choose = async (page: Page, name: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: `Manage ${name}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** What a script is told when it checks its key. */
const check = async (server: Server, key: string): Promise<{ status: number; reason?: string }> => {
  const reply = await fetch(`${server.url}/api/settings`, { headers: { authorization: `Bearer ${key}` } })
  const { reason } = await reply.json()
  return { status: reply.status, ...(reason && { reason }) }
}

const shownKey = (page: Page): Promise<string> => page.getByRole('dialog').getByTestId('new-key').innerText()

test('an editor rotates a key, and the script using the old one goes on until the overlap ends', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  const before = await makeKey(page, server, 'Nightly')
  await choose(page, 'Nightly', 'Rotate')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: '1 hour' }).check()
  await dialog.getByRole('button', { name: 'Rotate key' }).click()
  const after = await shownKey(page)
  expect(after).not.toBe(before)
  await expect(dialog.getByText('The key before goes on working until')).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(cardOf(page, 'Nightly')).toHaveCount(2)
  await expect(cardOf(page, 'Nightly').getByText('Replaced')).toBeVisible()
  expect(await check(server, before)).toEqual({ status: 200 })
  expect(await check(server, after)).toEqual({ status: 200 })

  await server.advance(hourSeconds + 60)
  expect(await check(server, before)).toEqual({ status: 401, reason: 'api_key_expired' })
  expect(await check(server, after)).toEqual({ status: 200 })
  await page.reload()
  await expect(cardOf(page, 'Nightly').getByText('Expired')).toBeVisible()
})

test('a paused key is refused without being thrown away, and goes on when it is resumed', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  const key = await makeKey(page, server, 'Workshop')
  await choose(page, 'Workshop', 'Pause')
  await expect(cardOf(page, 'Workshop').getByText('Paused', { exact: true })).toBeVisible()
  expect(await check(server, key)).toEqual({ status: 403, reason: 'api_key_paused' })

  await page.getByRole('button', { name: 'Resume Workshop' }).click()
  await expect(cardOf(page, 'Workshop').getByText('Paused', { exact: true })).toBeHidden()
  expect(await check(server, key)).toEqual({ status: 200 })
})

test('before a key is revoked the page tells which machine used it, and offers to pause it instead', async ({
  page,
  server,
}) => {
  const { username } = await signUp(page, server)
  const key = await makeKey(page, server, 'Training server')
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Revoke Training server' }).click()
  await expect(dialog.getByText('Nothing has used this key in the last 30 days.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Keep it' }).click()

  const client = trainingClient(server, key)
  const environment = { hostname: 'gpu-box-1', ultralyticsVersion: '8.4.60', os: 'Linux' }
  const { body } = await client.send('training_started', {
    project: `${username}/safe`,
    name: 'train',
    data: { trainArgs: {}, epochs: 3, device: 'cpu', environment },
  })
  await client.send('epoch_end', { modelId: body.modelId, data: { epoch: 0, metrics: {} } })

  await page.reload()
  await expect(cardOf(page, 'Training server')).toContainText('from gpu-box-1, ultralytics 8.4.60')
  await page.getByRole('button', { name: 'Revoke Training server' }).click()
  await expect(dialog.getByText(/^Used just now by gpu-box-1: a run may be under way\.$/)).toBeVisible()
  await expect(dialog.getByText('POST /api/webhooks/training/metrics')).toBeVisible()
  await dialog.getByRole('button', { name: 'Pause instead' }).click()
  await expect(cardOf(page, 'Training server').getByText('Paused', { exact: true })).toBeVisible()
  expect(await check(server, key)).toEqual({ status: 403, reason: 'api_key_paused' })

  await page.getByRole('button', { name: 'Revoke Training server' }).click()
  await dialog.getByRole('button', { name: 'Revoke key' }).click()
  await expect(cardOf(page, 'Training server')).toBeHidden()
  expect(await check(server, key)).toEqual({ status: 401, reason: 'invalid_api_key' })
})

test('not knowing who uses a key does not keep anybody from revoking it', async ({ page, server }) => {
  await signUp(page, server)
  const key = await makeKey(page, server, 'Blind')
  await page.route('**/api/api-keys/*/uses*', (route) => route.abort())
  await page.getByRole('button', { name: 'Revoke Blind' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Revoke key' }).click()
  await expect(cardOf(page, 'Blind')).toBeHidden()
  expect(await check(server, key)).toEqual({ status: 401, reason: 'invalid_api_key' })
})

test('a key that is shown once stays on screen until it is stored, and ends after 30 days', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  await openKeys(page, server)
  await page.getByRole('button', { name: 'Create key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Vault')
  await dialog.getByRole('switch', { name: 'Advanced' }).click()
  await dialog.getByLabel('Ends by itself').selectOption('In 30 days')
  await dialog.getByRole('switch', { name: 'Show once' }).click()
  await dialog.getByRole('button', { name: 'Create key' }).click()
  const key = await shownKey(page)
  await page.mouse.click(5, 300)
  await page.keyboard.press('Escape')
  await expect(dialog.getByText('Copy it now: it is not shown again')).toBeVisible()
  await dialog.getByRole('button', { name: 'I have stored it' }).click()
  await expect(dialog).toBeHidden()

  await expect(cardOf(page, 'Vault')).toContainText('Shown once, when it was made')
  await expect(cardOf(page, 'Vault')).not.toContainText(key)
  expect(await check(server, key)).toEqual({ status: 200 })
  await server.advance(30 * 24 * hourSeconds + 60)
  expect(await check(server, key)).toEqual({ status: 401, reason: 'api_key_expired' })
})

test('a key that is limited to other addresses is refused here until the limit is lifted', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  const key = await makeKey(page, server, 'Office')
  const dialog = page.getByRole('dialog')
  await choose(page, 'Office', 'Limits')
  await dialog.getByLabel('Allowed addresses').fill('203.0.113')
  await dialog.getByRole('button', { name: 'Save limits' }).click()
  await expect(dialog.getByText(/“203\.0\.113” must be an IP address/)).toBeVisible()
  await dialog.getByLabel('Allowed addresses').fill('203.0.113.7\n198.51.100.0/24')
  await dialog.getByRole('button', { name: 'Save limits' }).click()
  await expect(cardOf(page, 'Office')).toContainText('Only from 203.0.113.7, 198.51.100.0/24')
  expect(await check(server, key)).toEqual({ status: 403, reason: 'address_not_allowed' })

  await choose(page, 'Office', 'Limits')
  await dialog.getByLabel('Allowed addresses').fill('')
  await dialog.getByRole('button', { name: 'Save limits' }).click()
  await expect(cardOf(page, 'Office')).not.toContainText('Only from')
  expect(await check(server, key)).toEqual({ status: 200 })

  // Now that it was used from here, this address is offered.
  await choose(page, 'Office', 'Limits')
  await dialog.getByRole('button', { name: 'Allow 127.0.0.1' }).click()
  await dialog.getByRole('button', { name: 'Save limits' }).click()
  await expect(cardOf(page, 'Office')).toContainText('Only from 127.0.0.1')
  expect(await check(server, key)).toEqual({ status: 200 })
})

test('a key gets another name from its menu by keyboard, and the focus comes back', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  await makeKey(page, server, 'Typo')
  await page.getByRole('button', { name: 'Manage Typo' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('Right')
  await page.keyboard.press('Enter')
  await expect(cardOf(page, 'Right')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Manage Right' })).toBeFocused()
})
