import type { Page } from '@playwright/test'
import { expect, password, signUp, test } from './fixtures.ts'

/* Two tabs of one browser share one cookie: who signs in by one of them is signed in in the other. */

const openSettings = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/settings?tab=profile`)
  await expect(page.getByLabel('Bio')).toBeVisible()
}

const inSidebar = (page: Page, email: string) =>
  page.getByRole('complementary', { name: 'Workspace' }).getByText(email)

test('another account signed in from a second tab shows in the first, and gets nothing of the one before', async ({
  page,
  server,
  browser,
}) => {
  const elsewhere = await (await browser.newContext()).newPage()
  const bee = await signUp(elsewhere, server)
  await elsewhere.context().close()
  const ann = await signUp(page, server)
  await openSettings(page, server.url)
  await page.getByLabel('Bio').fill('Words of Ann')
  await expect(page.getByText('Saved')).toBeVisible()

  const second = await page.context().newPage()
  await second.goto(`${server.url}/home`)
  await second.getByRole('button', { name: 'Your account' }).click()
  await second.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await second.getByLabel('Email').fill(bee.email)
  await second.getByLabel('Password', { exact: true }).fill(password)
  await second.getByRole('button', { name: 'Sign in', exact: true }).click()

  await expect(page).toHaveURL(/\/settings/)
  await expect(inSidebar(page, bee.email)).toBeVisible()
  await expect(page.getByLabel('Bio')).toHaveValue('')
  await page.getByLabel('Company').fill('Hive')
  await expect(page.getByText('Saved')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Company')).toHaveValue('Hive')
  await expect(page.getByLabel('Bio')).toHaveValue('')

  // Without a word from the other tab, the one in front finds out when somebody looks at it again.
  await second.evaluate(
    async (body) => {
      await fetch('/api/auth/sign-out', { method: 'POST' })
      await fetch('/api/auth/sign-in', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    },
    { email: ann.email, password },
  )
  await page.getByLabel('Bio').fill('Words of Bee, too late')
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(inSidebar(page, ann.email)).toBeVisible()
  await expect(page.getByLabel('Bio')).toHaveValue('Words of Ann')
  await page.waitForTimeout(1500)
  await page.reload()
  await expect(page.getByLabel('Bio')).toHaveValue('Words of Ann')
  await expect(page.getByLabel('Company')).toHaveValue('')
})
