import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, makeKey, signUp, test, trainingClient } from './fixtures.ts'

/* Every page in light and dark, at desk and phone width: nothing serious for axe, nothing wider than the screen. */

const views = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'phone', colorScheme: 'light', width: 390 },
] as const

const look = async (page: Page, url: string): Promise<void> => {
  for (const { name, colorScheme, width } of views) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 844 })
    await page.goto(url)
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
    const { violations } = await new AxeBuilder({ page }).analyze()
    const serious = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${name} ${id}: ${nodes[0]?.html}`)
    expect(serious, url).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${url} at ${width}`).toBeLessThanOrEqual(0)
  }
}

test('the pages before an account hold in light, dark and on a phone', async ({ page, server }) => {
  const paths = [
    '/sign-in',
    '/sign-up',
    '/forgot-password',
    '/reset-password?token=x',
    '/verify',
    '/nobody-by-this-name',
  ]
  for (const path of paths) await look(page, server.url + path)
})

test('the pages of an account hold in light, dark and on a phone', async ({ page, server }) => {
  test.setTimeout(180_000)
  const { username } = await signUp(page, server)
  await look(page, `${server.url}/home`)
  await look(page, `${server.url}/projects`)
  const client = trainingClient(server, await makeKey(page, server, 'Every page'))
  const { body } = await client.send('training_started', {
    project: 'pictures',
    name: 'train',
    data: {
      trainArgs: { model: 'yolo26n.pt' },
      epochs: 5,
      device: '0',
      environment: { os: 'Linux', gpuType: 'NVIDIA L4' },
    },
  })
  for (const epoch of [0, 1, 2])
    await client.send('epoch_end', {
      modelId: body.modelId,
      data: { epoch, metrics: { 'train/box_loss': 1, lr: null }, fitness: 0.1 },
    })
  const paths = [
    '/home',
    '/projects',
    '/activity',
    '/settings?tab=profile',
    '/settings?tab=api-keys',
    '/nobody/nothing/here',
  ]
  for (const path of [...paths, `/${username}`, `/${username}/pictures`, `/${username}/pictures/train`])
    await look(page, server.url + path)
})

test('a keyboard alone reaches the content, the menu and the dialog, and comes back', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  await page.goto(`${server.url}/settings?tab=api-keys`)
  await expect(page.getByRole('button', { name: 'Create key' }).first()).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: /skip/i })).toBeFocused()
  await page.getByRole('button', { name: 'Create key' }).first().focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByLabel('Name')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('button', { name: 'Create key' }).first()).toBeFocused()
})

test('the API reference reads under the same policy as every page', async ({ page, server }) => {
  await page.goto(`${server.url}/api/docs`)
  await expect(page.getByText('/api/webhooks/training/metrics')).toBeVisible()
})
