import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from '@playwright/test'
import { generate } from 'otplib'
import { expect, newName, password, type Server, signUp, test } from './fixtures.ts'

const operator = fileURLToPath(new URL('../../scripts/gatehouse.ts', import.meta.url))

/** What an operator of the installation does on the server. */
const grantSeats = (server: Server, workspace: string, seats: number) =>
  promisify(execFile)(
    process.execPath,
    [operator, 'enterprise', 'grant', '--workspace', workspace, '--seats', String(seats)],
    { env: { ...process.env, DATA_DIR: server.dataDir } },
  )

const send = (page: Page, path: string, body: unknown) =>
  page.evaluate(
    async ([path, body]) => {
      const reply = await fetch(path as string, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`)
    },
    [path, body] as const,
  )

/** The signed-in person's new team with room for others, on screen at its Teams tab. */
const openTeam = async (page: Page, server: Server, seats = 5) => {
  const username = newName()
  const name = `Team ${username}`
  await send(page, '/api/teams/create', { username, fullName: name })
  await grantSeats(server, username, seats)
  await send(page, '/api/auth/workspace', { username })
  await page.goto(`${server.url}/settings?tab=teams`)
  await expect(page.getByText(`1 of ${seats} seats used · ${seats - 1} available`)).toBeVisible()
  return { username, name }
}

const invite = async (page: Page, email: string, role: string) => {
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByLabel(role).click()
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.getByText(`An invite is on its way to ${email}.`)).toBeVisible()
}

const mailedLink = async (server: Server, email: string): Promise<string> => {
  let link: string | undefined
  await expect(async () => {
    link = /http\S+\/invite\?token=[\w-]+/.exec(await server.newestMail(email))?.[0]
    expect(link).toBeTruthy()
  }).toPass()
  return link ?? ''
}

const row = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Members' }).getByRole('listitem').filter({ hasText: name })

const choose = async (page: Page, name: string, action: string) => {
  await page.getByRole('button', { name: `Actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

const elsewhere = async (browser: Browser): Promise<Page> => (await browser.newContext()).newPage()

test('somebody without an account is invited, signs up by way of the mails, and lands in the team', async ({
  page,
  server,
  browser,
}) => {
  await signUp(page, server)
  const team = await openTeam(page, server)
  const username = newName()
  const email = `${username}@example.com`
  await invite(page, email, 'Editor')
  await expect(page.getByText('2 of 5 seats used · 3 available (includes 1 pending invite)')).toBeVisible()
  await expect(row(page, email)).toContainText('Pending')
  await expect(row(page, email)).toContainText(/expires in \d+ days/)

  const guest = await elsewhere(browser)
  await guest.goto(await mailedLink(server, email))
  await expect(guest.getByRole('heading', { name: `Join ${team.name}` })).toBeVisible()
  await guest.getByRole('link', { name: 'Create an account' }).click()
  await expect(guest.getByLabel('Email')).toHaveValue(email)
  await guest.getByLabel('Password', { exact: true }).fill(password)
  await guest.getByRole('button', { name: 'Continue' }).click()
  await expect(guest.getByRole('heading', { name: 'Check your mail' })).toBeVisible()

  // The link in the mail opens another tab, which goes on alone.
  const mail = await guest.context().newPage()
  await guest.close()
  await mail.goto(/http\S+\/verify\?code=\d{6}/.exec(await htmlOf(server, email))?.[0] ?? '')
  await mail.getByRole('button', { name: 'Confirm' }).click()
  await mail.getByLabel('Display name').fill('Bee Newcomer')
  await mail.getByLabel('Username').fill(username)
  await expect(mail.getByText(`${username} is yours if you want it`)).toBeVisible()
  await mail.getByRole('button', { name: 'Continue' }).click()
  await mail.getByRole('radio', { name: /Europe/ }).click()
  await mail.getByRole('button', { name: 'Continue' }).click()
  await mail.getByRole('button', { name: 'Create account' }).click()

  await expect(mail).toHaveURL(/\/invite\?token=/)
  expect(await mail.evaluate(() => localStorage.getItem('gatehouse.invite'))).toBeNull()
  await expect(mail.getByText(/You share your name and/)).toContainText(email)
  await mail.getByRole('button', { name: `Join ${team.name}` }).click()
  await expect(mail).toHaveURL(/\/home/)
  await expect(mail.getByText(`Welcome to ${team.name}. You are an editor here.`)).toBeVisible()
  await expect(mail.getByRole('complementary', { name: 'Workspace' })).toContainText(team.name)

  await page.reload()
  await expect(page.getByText('2 of 5 seats used · 3 available', { exact: true })).toBeVisible()
  await choose(page, 'Bee Newcomer', 'Set as Viewer')
  await expect(page.getByText('Bee Newcomer is now a viewer.')).toBeVisible()
  await mail.goto(`${server.url}/settings?tab=teams`)
  await expect(mail.getByRole('button', { name: 'Invite', exact: true })).toBeHidden()
  await choose(mail, 'Bee Newcomer', 'Leave team')
  await mail.getByRole('dialog').getByRole('button', { name: 'Leave team' }).click()
  await expect(mail).toHaveURL(/\/home/)
  await expect(mail.getByRole('complementary', { name: 'Workspace' })).not.toContainText(team.name)
  await mail.goto(`${server.url}/settings?tab=teams`)
  await expect(mail.getByText('A team needs the Pro or Enterprise plan')).toBeVisible()
})

const htmlOf = async (server: Server, to: string): Promise<string> => {
  const { messages } = await (await fetch(`${server.url}/_mailbox.json?to=${encodeURIComponent(to)}`)).json()
  return messages[0]?.html ?? ''
}

test('somebody of another region is told what is shared, joins, and is shown as from there', async ({
  page,
  server,
  browser,
}) => {
  const guest = await elsewhere(browser)
  const { email } = await signUp(guest, server, { region: 'Americas' })
  await signUp(page, server, { region: 'Europe' })
  const team = await openTeam(page, server)
  await invite(page, email, 'Admin')

  await guest.goto(await mailedLink(server, email))
  await expect(guest.getByText(/data stays in Europe.*; yours stays in Americas/)).toBeVisible()
  await guest.getByRole('button', { name: `Join ${team.name}` }).click()
  await expect(guest.getByText(`Welcome to ${team.name}. You are an admin here.`)).toBeVisible()

  await page.reload()
  await expect(row(page, email)).toContainText('Americas')
  await choose(page, 'Ada Traveller', 'Transfer ownership')
  await page.getByRole('dialog').getByRole('button', { name: 'Transfer ownership' }).click()
  await expect(page.getByText('You are an admin.')).toBeVisible()
  await guest.goto(`${server.url}/settings?tab=teams`)
  await expect(row(guest, email)).toContainText('Owner')
})

test('an invite for another address is not accepted, and both ways on are offered', async ({
  page,
  server,
  browser,
}) => {
  const guest = await elsewhere(browser)
  const { email: own } = await signUp(guest, server)
  await signUp(page, server)
  const team = await openTeam(page, server)
  const email = `${newName()}@example.com`
  await invite(page, email, 'Viewer')
  const link = await mailedLink(server, email)

  await guest.goto(link)
  await expect(guest.getByText('This invite was sent to another address')).toBeVisible()
  await expect(guest.getByText(/you are signed in as/)).toContainText(own)
  await expect(guest.getByRole('button', { name: `Join ${team.name}` })).toBeHidden()
  await guest.getByRole('button', { name: 'Sign in with another account' }).click()
  await expect(guest).toHaveURL(/\/sign-in\?next=/)
  await guest.getByLabel('Email').fill(own)
  await guest.getByLabel('Password', { exact: true }).fill(password)
  await guest.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(guest).toHaveURL(/\/invite\?token=/)

  await guest.getByRole('button', { name: 'Add this address' }).click()
  await guest.getByLabel('Digit 1 of 6').click()
  await guest.keyboard.type(/\b\d{6}\b/.exec(await server.newestMail(email))?.[0] ?? '')
  await guest.getByRole('button', { name: `Join ${team.name}` }).click()
  await expect(guest.getByText(`Welcome to ${team.name}. You are a viewer here.`)).toBeVisible()

  await guest.goto(link)
  await expect(guest.getByRole('heading', { name: 'This invite was already accepted' })).toBeVisible()
  await expect(guest.getByRole('button', { name: `Open ${team.name}` })).toBeVisible()
})

test('a link that was replaced, cancelled or has lapsed says so', async ({ page, server, browser }) => {
  await signUp(page, server)
  await openTeam(page, server, 2)
  const email = `${newName()}@example.com`
  await invite(page, email, 'Editor')
  const first = await mailedLink(server, email)
  await choose(page, email, 'Resend invite')
  await expect(page.getByText(/A new link is on its way/)).toBeVisible()
  const guest = await elsewhere(browser)
  await guest.goto(first)
  await expect(guest.getByRole('heading', { name: 'This invite is not valid' })).toBeVisible()

  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('Every seat is taken')).toBeVisible()
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await expect(dialog.getByText(/already has a pending invite/)).toBeVisible()
  await dialog.getByLabel('Email').fill(`${newName()}@example.com`)
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await expect(dialog.getByText('All 2 seats are taken')).toBeVisible()
  await page.keyboard.press('Escape')

  const second = await mailedLink(server, email)
  expect(second).not.toBe(first)
  await server.advance(14 * 24 * 3600 + 60)
  await guest.goto(second)
  await expect(guest.getByRole('heading', { name: 'This invite has expired' })).toBeVisible()
})

test('a team that asks for a second factor is joined, and entered once one is shown', async ({
  page,
  server,
  browser,
}) => {
  await signUp(page, server)
  const team = await openTeam(page, server)
  await page.getByLabel('Members need a second factor').click()
  await page.getByRole('button', { name: 'Set up two-step sign-in in my workspace' }).click()
  await setUpApp(page, server)
  await send(page, '/api/auth/workspace', { username: team.username })
  await page.goto(`${server.url}/settings?tab=teams`)
  await page.getByLabel('Members need a second factor').click()
  await expect(page.getByText('Members need a second factor from now on.')).toBeVisible()

  const guest = await elsewhere(browser)
  const { email } = await signUp(guest, server)
  await invite(page, email, 'Viewer')
  await guest.goto(await mailedLink(server, email))
  await guest.getByRole('button', { name: `Join ${team.name}` }).click()
  await expect(guest.getByRole('heading', { name: `You are a member of ${team.name}` })).toBeVisible()
  await guest.getByRole('button', { name: 'Set up two-step sign-in in my workspace' }).click()
  await setUpApp(guest, server)
  await send(guest, '/api/auth/workspace', { username: team.username })
  await guest.goto(`${server.url}/home`)
  await expect(guest.getByRole('complementary', { name: 'Workspace' })).toContainText(team.name)
})

/** At the cards of the Profile tab; leaves the session a strong one. */
const setUpApp = async (page: Page, server: Server) => {
  await page.getByRole('button', { name: 'Set up an app' }).click()
  const secret = (await page.getByRole('dialog').locator('code').first().innerText()).replaceAll(' ', '')
  const epoch = Math.floor((await server.now()).getTime() / 1000)
  await page.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type(await generate({ secret, epoch }))
  await page.getByRole('button', { name: 'I have kept them' }).click()
}
