import type { CDPSession, Page } from '@playwright/test'
import { type OidcServer, startOidcServer } from '../../server/test/identity-servers.ts'
import { test as base, expect, newName, password, type Server, signUp, startServer } from './fixtures.ts'

/* The ways in that people have, against a real OpenID provider and with the browser's own virtual authenticator. */

const test = base.extend<object, { google: OidcServer; server: Server }>({
  google: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
    async ({}, use) => {
      const google = await startOidcServer()
      await use(google)
      await google.stop()
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ google }, use) => {
      const { issuer, clientId, clientSecret } = google.config
      const server = await startServer({
        GOOGLE_ISSUER: issuer,
        GOOGLE_CLIENT_ID: clientId,
        GOOGLE_CLIENT_SECRET: clientSecret,
      })
      await use(server)
      await server.remove()
    },
    { scope: 'worker' },
  ],
})

const signOut = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
}

const typePassword = async (page: Page, email: string): Promise<void> => {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const openProfile = async (page: Page, server: Server): Promise<void> => {
  await page.goto(`${server.url}/settings?tab=profile`)
}

/** An authenticator built into the browser's machine. It answers while `present`. */
const addAuthenticator = async (page: Page): Promise<{ present(yes: boolean): Promise<void> }> => {
  const devtools: CDPSession = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    async present(enabled) {
      await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
  }
}

test('somebody new comes with Google, cannot lose that only way in, and goes on with a password', async ({
  page,
  server,
  google,
}) => {
  const username = newName()
  const email = `${username}@example.com`
  google.person = { sub: username, email, email_verified: true, name: 'Gina Traveller' }
  await page.goto(`${server.url}/sign-in`)
  await page.getByRole('link', { name: 'Continue with Google' }).click()
  await expect(page).toHaveURL(`${server.url}/onboarding`)
  await expect(page.getByLabel('Display name')).toHaveValue('Gina Traveller')
  await page.getByLabel('Username').fill(username)
  await expect(page.getByText(`${username} is yours if you want it`)).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('radio', { name: /Asia/ }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'End the tour' }).click()

  await openProfile(page, server)
  await page.getByRole('button', { name: 'Disconnect Google' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Disconnect' }).click()
  await expect(dialog.getByText(/only way to sign in/)).toBeVisible()
  await dialog.getByRole('button', { name: /Keep|Cancel/ }).click()

  await page.getByRole('button', { name: 'Set a password' }).click()
  await page.getByLabel('New password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByText('Your password is set. All your other sessions were signed out.')).toBeVisible()
  await page.getByRole('button', { name: 'Disconnect Google' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await expect(page.getByRole('link', { name: 'Connect Google' })).toBeVisible()
  await signOut(page)
  await typePassword(page, email)
  await expect(page).toHaveURL(`${server.url}/home`)
})

test('Google signs somebody in to their account by a verified address, and never by an unverified one', async ({
  page,
  server,
  google,
}) => {
  const { email } = await signUp(page, server)
  await signOut(page)
  google.person = { sub: `stranger-${email}`, email, email_verified: false }
  await page.getByRole('link', { name: 'Continue with Google' }).click()
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
  expect(await server.newestMail(email)).toContain('already has an account')

  google.person = { sub: `owner-${email}`, email, email_verified: true }
  await page.goto(`${server.url}/sign-in`)
  await page.getByRole('link', { name: 'Continue with Google' }).click()
  await expect(page).toHaveURL(`${server.url}/home`)
  await openProfile(page, server)
  await expect(page.getByRole('button', { name: 'Disconnect Google' })).toBeVisible()
  await expect.poll(() => server.newestMail(email)).toContain('Your account at Google was connected')
})

test('a passkey is the second step after a password', async ({ page, server }) => {
  const authenticator = await addAuthenticator(page)
  const { email } = await signUp(page, server)
  await openProfile(page, server)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Laptop')
  await page.getByRole('button', { name: 'Create passkey' }).click()
  await expect(page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10)
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByRole('button', { name: 'Rename Laptop' })).toBeVisible()

  // Absent, or the offer under the e-mail field would be taken before anybody clicks.
  await authenticator.present(false)
  await signOut(page)
  await typePassword(page, email)
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible()
  await authenticator.present(true)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page).toHaveURL(`${server.url}/home`)
})

test('somebody sees where they are signed in, and ends it elsewhere at once', async ({
  page,
  server,
  browser,
}) => {
  const { email } = await signUp(page, server)
  const elsewhere = await (await browser.newContext()).newPage()
  await elsewhere.goto(`${server.url}/sign-in`)
  await typePassword(elsewhere, email)
  await expect(elsewhere).toHaveURL(`${server.url}/home`)
  await expect.poll(() => server.newestMail(email)).toContain('from a browser we had not seen before')

  await openProfile(page, server)
  await expect(page.getByText('This session')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('button', { name: 'Sign out the others' }).click()
  await expect(page.getByText(/^One other session is signed out. In force within/)).toBeVisible()
  await elsewhere.goto(`${server.url}/projects`)
  await expect(elsewhere).toHaveURL(/\/sign-in/)
  await elsewhere.context().close()
})

test("on a machine of one's own the buttons can be tried without the internet", async ({ page, server }) => {
  const username = newName()
  await page.goto(`${server.url}/sign-in`)
  await page.getByRole('link', { name: /Try the local provider/ }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('The sign-in was cancelled at the provider.')).toBeVisible()
  await page.getByRole('link', { name: /Try the local provider/ }).click()
  await page.getByLabel(/mail/i).fill(`${username}@example.com`)
  await page.getByLabel(/Name/).fill('Lou Local')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page).toHaveURL(`${server.url}/onboarding`)
  await expect(page.getByLabel('Display name')).toHaveValue('Lou Local')
})
