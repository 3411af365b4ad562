import type { Page } from '@playwright/test'
import { expect, makeKey, password, type Server, signUp, test, trainingClient } from './fixtures.ts'

/* What somebody says of themselves: icon, links, theme; and what others see of it. */

const signIn = async (page: Page, server: Server, email: string): Promise<void> => {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).not.toHaveURL(/\/sign-in/)
  expect(page.url()).toContain(server.url)
}

/** A red square of eight by eight. */
const picture = {
  name: 'icon.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEklEQVQImWO4y8CAFWEXHbQSAM5DN0GaTEN7AAAAAElFTkSuQmCC',
    'base64',
  ),
}

test('the tour shows the places of the sidebar by keyboard, ends on Escape and can be taken again', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('link', { name: 'Redo tour' }).click()
  const tour = page.getByRole('dialog', { name: 'A short tour' })
  await expect(tour.getByRole('button', { name: 'Next' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(tour.getByRole('heading', { name: 'Projects' })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await expect(tour.getByRole('heading', { name: 'Projects' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(tour).toBeHidden()
  await expect(page).toHaveURL(`${server.url}/home`)
  await expect(page.getByRole('button', { name: 'Your account' })).toBeFocused()
})

test('a picture becomes the icon in the sidebar and on the public profile, until it is removed', async ({
  page,
  server,
}) => {
  const { username } = await signUp(page, server)
  await page.goto(`${server.url}/settings?tab=profile`)
  const inSidebar = page.getByRole('complementary').locator('img')
  await expect(inSidebar).toHaveCount(0)
  await page.locator('input[type=file]').setInputFiles(picture)
  await expect(page.getByText('The picture is set.')).toBeVisible()
  await expect(inSidebar).toHaveJSProperty('complete', true)
  await page.goto(`${server.url}/${username}`)
  await expect(page.getByRole('main').locator('img')).toHaveJSProperty('complete', true)
  expect(
    await page
      .getByRole('main')
      .locator('img')
      .evaluate((icon: HTMLImageElement) => icon.naturalWidth),
  ).toBeGreaterThan(0)
  await page.goto(`${server.url}/settings?tab=profile`)
  await page.getByRole('button', { name: 'Remove', exact: true }).first().click()
  await expect(page.getByText('The picture is removed.')).toBeVisible()
  await expect(inSidebar).toHaveCount(0)
})

test('a pasted address is kept as a handle, and strangers find it on the public profile', async ({
  page,
  server,
  browser,
}) => {
  const { username } = await signUp(page, server)
  await page.goto(`${server.url}/settings?tab=profile`)
  await page.getByLabel('GitHub').fill('https://github.com/octo-cat?tab=repositories')
  await page.getByLabel('Website').fill('not a website')
  await expect(page.getByLabel('GitHub')).toHaveValue('octo-cat')
  await expect(page.getByText(/must be a website such as example.com/)).toBeVisible()
  await expect(page.getByText('Saved')).toBeVisible()

  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(`${server.url}/${username}`)
  await expect(stranger.getByRole('heading', { level: 1, name: 'Ada Traveller' })).toBeVisible()
  const link = stranger.getByRole('link', { name: 'GitHub: octo-cat' })
  await expect(link).toHaveAttribute('href', 'https://github.com/octo-cat')
  await expect(link).toHaveAttribute('rel', 'me noopener nofollow')
  await stranger.goto(`${server.url}/nobody-by-this-name`)
  await expect(stranger.getByRole('heading', { name: /Nobody is called/ })).toBeVisible()
  await stranger.context().close()
})

test('a new display name greets on the home page without a reload', async ({ page, server }) => {
  await signUp(page, server)
  await page.goto(`${server.url}/settings?tab=profile`)
  await page.getByLabel('Display name').fill('Grace Traveller')
  await expect(page.getByText('Saved')).toBeVisible()
  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: /, Grace$/ })).toBeVisible()
})

test('a stranger who wants to follow signs in and comes back to do it', async ({ page, server, browser }) => {
  const { username } = await signUp(page, server)
  const other = await (await browser.newContext()).newPage()
  const { email } = await signUp(other, server)
  await other.context().clearCookies()
  await other.goto(`${server.url}/${username}`)
  await other.getByRole('link', { name: 'Follow' }).click()
  await signIn(other, server, email)
  await expect(other).toHaveURL(`${server.url}/${username}`)
  await other.getByRole('button', { name: 'Follow' }).click()
  await expect(other.getByRole('button', { name: 'Unfollow' })).toBeVisible()
  await expect(other.getByText('1 follower')).toBeVisible()
  await other.reload()
  await other.getByRole('button', { name: 'Unfollow' }).click()
  await expect(other.getByText('0 followers')).toBeVisible()
  await other.context().close()
})

test('a stranger reads a public project and its run, and is asked to sign in where there is nothing to see', async ({
  page,
  server,
  browser,
}) => {
  const { username } = await signUp(page, server)
  const client = trainingClient(server, await makeKey(page, server, 'Public'))
  await client.send('training_started', { project: 'open-field', name: 'run-one', data: { epochs: 3 } })
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(`${server.url}/${username}`)
  await stranger.getByRole('link', { name: 'open-field' }).click()
  await stranger.getByRole('link', { name: 'run-one' }).first().click()
  await expect(stranger.getByRole('heading', { level: 1, name: 'run-one' })).toBeVisible()
  await expect(stranger.getByRole('button', { name: 'Cancel run' })).toBeHidden()
  await stranger.goto(`${server.url}/${username}/secret-field`)
  await expect(stranger).toHaveURL(/\/sign-in\?next=/)
  await stranger.context().close()
})

test('theme and mail choices follow the account into another browser', async ({ page, server, browser }) => {
  const { email } = await signUp(page, server)
  await page.goto(`${server.url}/settings?tab=profile`)
  const card = page.getByRole('region', { name: 'Preferences' })
  await card.getByText('Dark', { exact: true }).click()
  await card.getByRole('switch', { name: 'Product updates' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await expect(card.getByRole('switch', { name: 'Billing alerts' })).toBeDisabled()
  await expect(card.getByRole('switch', { name: 'Product updates' })).toBeChecked()

  const other = await (await browser.newContext({ colorScheme: 'light' })).newPage()
  await other.goto(`${server.url}/sign-in?next=/settings`)
  await expect(other.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light')
  await signIn(other, server, email)
  await expect(other.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await expect(other.getByRole('switch', { name: 'Product updates' })).toBeChecked()
  await other.context().close()
})

test('onboarding measures the way to each region and recommends the nearest', async ({ page, server }) => {
  await page.route('**/api/regions/*/ping', async (route) => {
    if (!route.request().url().includes('/eu/')) await new Promise((done) => setTimeout(done, 150))
    await route.continue()
  })
  const email = `measurer-${process.pid}@example.com`
  await page.goto(`${server.url}/sign-up`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
  await page.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type(/\b\d{6}\b/.exec(await server.newestMail(email))?.[0] ?? '')
  await page.getByLabel('Display name').fill('Measurer')
  await page.getByLabel('Username').fill(`measurer-${process.pid}`)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Your data region' })).toBeFocused()
  const europe = page.getByRole('radio', { name: /Europe/ })
  await expect(europe).toContainText(/Recommended.*≈ \d+ ms/s)
  await expect(europe).toBeChecked()
  await expect(page.getByRole('radio', { name: /Americas/ })).toContainText(/≈ \d+ ms/)
})
