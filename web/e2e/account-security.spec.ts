import type { Page } from '@playwright/test'
import { generate } from 'otplib'
import { expect, password, type Server, signUp, test } from './fixtures.ts'

/* How somebody protects an account, gets in with what protects it, and is asked who they are before it changes. */

/** The browser's own offer under the email field answers by itself where an authenticator never waits for a finger. */
const withPasskeys = async (page: Page): Promise<void> => {
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

const openSettings = async (page: Page, server: Server): Promise<void> => {
  await page.goto(`${server.url}/settings?tab=profile`)
  await expect(page.getByText('This session')).toBeVisible()
}

const signOut = (page: Page) => page.evaluate(() => fetch('/api/auth/sign-out', { method: 'POST' }))

const signIn = async (page: Page, server: Server, email: string, next = ''): Promise<void> => {
  await page.goto(`${server.url}/sign-in${next}`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const typeCode = async (page: Page, code: string): Promise<void> => {
  await page.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type(code)
}

const question = (page: Page) => page.getByRole('dialog', { name: 'Confirm that it is you' })

/** The product's time, which tests move, and not the machine's. */
const codeOf = async (server: Server, secret: string): Promise<string> => {
  const { now } = await (await fetch(`${server.url}/_clock`)).json()
  return generate({ secret, epoch: Math.floor(new Date(now).getTime() / 1000) })
}

const setUpApp = async (page: Page, server: Server): Promise<{ secret: string; codes: string[] }> => {
  await page.getByRole('button', { name: 'Set up an app' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' })
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible()
  const secret = (await dialog.locator('code').innerText()).replace(/\s/g, '')
  await typeCode(page, await codeOf(server, secret))
  const kept = page.getByRole('dialog', { name: 'Keep these recovery codes' })
  await expect(kept.getByRole('listitem')).toHaveCount(10)
  const codes = await kept.getByRole('listitem').allInnerTexts()
  await kept.getByRole('button', { name: 'I have kept them' }).click()
  return { secret, codes }
}

test('somebody sets up an app, signs in with its code, and with a recovery code when it is lost', async ({
  page,
  server,
}) => {
  const { email } = await signUp(page, server)
  await openSettings(page, server)
  const { secret, codes } = await setUpApp(page, server)
  await signOut(page)

  // A code is used once, and the one that set the app up was.
  await server.advance(60)
  await signIn(page, server, email, '?next=/projects')
  await typeCode(page, '000000')
  await expect(page.getByText('That code is not right')).toBeVisible()
  await page.keyboard.type(await codeOf(server, secret))
  await expect(page).toHaveURL(/\/projects$/)

  await signOut(page)
  await signIn(page, server, email)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/home$/)
  await openSettings(page, server)
  await expect(page.getByText('9 are left')).toBeVisible()
})

test('a passkey signs in without a password, and answers for its owner before an app is removed', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  await withPasskeys(page)
  await openSettings(page, server)
  await setUpApp(page, server)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' })
  await dialog.getByLabel('Name').fill('Laptop')
  await dialog.getByRole('button', { name: 'Create passkey' }).click()
  await expect(page.getByText('Your passkey is ready')).toBeVisible()

  await signOut(page)
  await page.goto(`${server.url}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page).toHaveURL(/\/home$/)

  await openSettings(page, server)
  await server.advance(16 * 60)
  await page.getByRole('button', { name: 'Remove authenticator app' }).click()
  const removal = page.getByRole('dialog', { name: 'Remove the authenticator app?' })
  await removal.getByRole('button', { name: 'Remove app' }).click()
  // Escape answers the question alone, and the dialog beneath says that nothing was done.
  await expect(question(page).getByRole('button', { name: 'Use a passkey' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(removal.getByText('Nothing has changed')).toBeVisible()
  await removal.getByRole('button', { name: 'Remove app' }).click()
  await question(page).getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByText('The authenticator app is removed')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Set up an app' })).toBeVisible()
})

test('a new password ends the sessions elsewhere', async ({ page, server, browser }) => {
  const { email } = await signUp(page, server)
  const elsewhere = await (await browser.newContext()).newPage()
  await signIn(elsewhere, server, email)
  await expect(elsewhere).toHaveURL(/\/home$/)

  await openSettings(page, server)
  await expect(page.getByRole('button', { name: /^Revoke / })).toHaveCount(1)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByLabel('Current password').fill('not my password')
  await page.getByLabel('New password').fill('password1234')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('That is not your password')).toBeVisible()
  await page.getByLabel('Current password').fill(password)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('among the first that get guessed')).toBeVisible()
  await page.getByLabel('New password').fill('another horse, another battery')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Your password is changed')).toBeVisible()
  await expect(page.getByText('You are signed in nowhere else')).toBeVisible()

  await elsewhere.reload()
  await expect(elsewhere).toHaveURL(/\/sign-in/)
})

test('somebody adds an address, proves it and makes it the primary one', async ({ page, server }) => {
  const { username } = await signUp(page, server)
  const address = `${username}@second.example`
  await openSettings(page, server)
  const card = page.getByRole('region', { name: 'Emails' })
  await card.getByRole('button', { name: 'Add email' }).click()
  await card.getByLabel('New email').fill(address)
  await page.keyboard.press('Enter')
  await expect(card.getByLabel('Digit 1 of 6')).toBeFocused()
  await page.keyboard.type(/\b\d{6}\b/.exec(await server.newestMail(address))?.[0] ?? '')
  await expect(page.getByText(`${address} is verified`)).toBeVisible()
  await card.getByRole('button', { name: `Make ${address} primary` }).click()
  await expect(page.getByText(`${address} is your primary address`)).toBeVisible()
  await expect(page.getByRole('complementary', { name: 'Workspace' }).getByText(address)).toBeVisible()
  await card.getByRole('button', { name: /^Remove / }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove email' }).click()
  await expect(card.getByRole('listitem')).toHaveCount(1)
})

test('somebody connects a provider after confirming who they are, and signs in with it', async ({
  page,
  server,
}) => {
  const { email, username } = await signUp(page, server)
  const atProvider = async () => {
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Name').fill(username)
    await page.getByRole('button', { name: 'Continue' }).click()
  }
  await openSettings(page, server)
  await server.advance(16 * 60)
  await page.getByRole('link', { name: 'Connect Local provider' }).click()
  await page.getByRole('button', { name: 'Confirm that it is you' }).click()
  await expect(question(page).getByLabel('Your password')).toBeFocused()
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await atProvider()
  await expect(page.getByText('Local provider is connected')).toBeVisible()

  await signOut(page)
  await page.goto(`${server.url}/sign-in?next=/activity`)
  await page.getByRole('link', { name: /local provider/ }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('cancelled at the provider')).toBeVisible()
  await page.getByRole('link', { name: /local provider/ }).click()
  await atProvider()
  await expect(page).toHaveURL(/\/activity$/)
})
