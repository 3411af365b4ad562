import type { Browser, Page } from '@playwright/test'
import { generate } from 'otplib'
import {
  expect,
  grantSeats,
  inviteLink,
  makeKey,
  newName,
  password,
  type Server,
  signUp,
  test,
  trainingClient,
} from './fixtures.ts'

/** Somebody else, in a browser of their own. */
const newcomer = async (browser: Browser, server: Server, region: string) => {
  const page = await (await browser.newContext()).newPage()
  return { page, ...(await signUp(page, server, { region })) }
}

const switcher = (page: Page) => page.getByRole('button', { name: /^Switch workspace/ })

const enter = async (page: Page, name: string): Promise<void> => {
  await switcher(page).click()
  await page.getByRole('region', { name: 'Your workspaces' }).getByRole('button', { name }).click()
  await expect(switcher(page)).toContainText(name)
}

const createTeam = async (page: Page, name: string, username: string): Promise<void> => {
  await page.getByRole('button', { name: 'Create team', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Team name').fill(name)
  await dialog.getByLabel('Team URL').fill(username)
  await expect(dialog.getByText(`${username} is yours if you want it`)).toBeVisible()
  await dialog.getByRole('button', { name: 'Create team' }).click()
  await expect(page).toHaveURL(/\/settings\?tab=teams/)
  await expect(page.getByRole('main')).toBeFocused()
  await expect(switcher(page)).toContainText(name)
}

const invite = async (page: Page, email: string, role: string): Promise<void> => {
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByRole('radio', { name: role, exact: true }).check()
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await expect(dialog).toBeHidden()
}

const rowOf = (page: Page, text: string) =>
  page.getByRole('list', { name: 'Members' }).getByRole('listitem').filter({ hasText: text })

const act = async (page: Page, text: string, action: string): Promise<void> => {
  await rowOf(page, text)
    .getByRole('button', { name: /^Actions for/ })
    .click()
  await page.getByRole('menuitem', { name: action }).click()
}

test('a team is created, joined from another region, handed over, left and deleted', async ({
  page,
  server,
  browser,
}) => {
  test.setTimeout(120_000)
  const ann = await signUp(page, server)
  const bee = await newcomer(browser, server, 'Americas')
  const team = newName()
  await createTeam(page, 'Acme Vision', team)
  await expect(page.getByText('A team needs the Pro or Enterprise plan')).toBeVisible()
  await grantSeats(server, team, 3)
  await page.reload()
  await invite(page, bee.email, 'Viewer')
  await expect(rowOf(page, bee.email)).toContainText('Pending')
  await expect(page.getByText(/2 of 3 seats used/)).toBeVisible()

  await bee.page.goto(await inviteLink(server, bee.email))
  await bee.page.getByRole('button', { name: 'Join Acme Vision' }).click()
  await expect(switcher(bee.page)).toContainText('Acme Vision')
  await expect(bee.page.getByRole('heading', { name: 'No runs yet' })).toBeVisible()
  await expect(bee.page.getByRole('button', { name: 'Create key' })).toBeHidden()

  await page.reload()
  await expect(rowOf(page, bee.email)).not.toContainText('Pending')
  await act(page, bee.email, 'Set as Editor')
  await expect(rowOf(page, bee.email)).toContainText('Editor')
  await bee.page.goto(`${server.url}/home`)
  const key = await makeKey(bee.page, server, 'Bee at Acme')
  const client = trainingClient(server, key)
  const started = await client.send('training_started', { project: 'shared', name: 'run-one', data: {} })
  expect(started.status).toBe(200)

  await page.goto(`${server.url}/${team}/shared/run-one`)
  await expect(page.getByRole('button', { name: 'Cancel run' })).toBeVisible()
  await enter(page, 'Ada Traveller')
  await page.goto(`${server.url}/${team}/shared/run-one`)
  await expect(page.getByRole('button', { name: 'Cancel run' })).toBeHidden()
  await page.getByRole('button', { name: 'Switch to Acme Vision' }).click()
  await expect(page.getByRole('button', { name: 'Cancel run' })).toBeVisible()

  await page.goto(`${server.url}/settings?tab=teams`)
  await act(page, bee.email, 'Transfer ownership')
  await page.getByRole('dialog').getByRole('button', { name: 'Transfer ownership' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(switcher(page)).toContainText('Admin')
  await act(page, ann.email, 'Leave team')
  await page.getByRole('dialog').getByRole('button', { name: 'Leave team' }).click()
  await expect(page).toHaveURL(/\/home/)
  await expect(switcher(page)).not.toContainText('Acme Vision')
  await expect(page.getByRole('button', { name: 'Create team', exact: true })).toBeVisible()

  await bee.page.goto(`${server.url}/activity`)
  await expect(bee.page.getByText(/Transferred ownership to/)).toBeVisible()
  await bee.page.goto(`${server.url}/settings?tab=profile`)
  await bee.page.getByRole('button', { name: 'Delete team' }).click()
  const dialog = bee.page.getByRole('dialog')
  await dialog.getByLabel(/^Type DELETE/).fill('DELETE')
  await dialog.getByRole('button', { name: 'Delete team' }).click()
  await expect(bee.page).toHaveURL(/\/home/)
  await expect(switcher(bee.page)).not.toContainText('Acme Vision')
  expect((await client.send('training_started', { project: 'shared', data: {} })).status).toBe(401)
  await bee.page.context().close()
})

test('every tab follows into another workspace, and what was typed stays where it was typed', async ({
  page,
  server,
}) => {
  const { username } = await signUp(page, server)
  const team = newName()
  await createTeam(page, 'Two Tabs', team)
  await page.getByRole('tab', { name: 'Profile' }).click()
  const second = await page.context().newPage()
  await second.goto(`${server.url}/settings?tab=profile`)
  await expect(second.getByLabel('Display name')).toHaveValue('Two Tabs')
  await second.getByLabel('Bio').fill('Words about the team, hardly finished')
  await enter(second, 'Ada Traveller')
  await expect(second).toHaveURL(/\/settings\?tab=profile/)
  await expect(second.getByLabel('Display name')).toHaveValue('Ada Traveller')
  await expect(second.getByLabel('Bio')).toHaveValue('')
  await expect(page.getByLabel('Display name')).toHaveValue('Ada Traveller')
  await enter(page, 'Two Tabs')
  await expect(page.getByLabel('Bio')).toHaveValue('Words about the team, hardly finished')
  await expect(second.getByLabel('Display name')).toHaveValue('Two Tabs')

  // A tab that has not heard of it yet goes on in the workspace it shows.
  const companyOf = (owner: string) =>
    page.evaluate(async (name) => (await (await fetch(`/api/settings?owner=${name}`)).json()).company, owner)
  await page.evaluate(
    (name) =>
      fetch('/api/auth/workspace', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: name }),
      }),
    username,
  )
  await page.getByLabel('Company').fill('Of the team')
  await expect(page.getByText('Saved')).toBeVisible()
  expect([await companyOf(team), await companyOf(username)]).toEqual(['Of the team', ''])
})

test('the list of workspaces is walked with the keyboard', async ({ page, server }) => {
  await signUp(page, server)
  await createTeam(page, 'By Keys', newName())
  await switcher(page).focus()
  await page.keyboard.press('Enter')
  const rows = page.getByRole('region', { name: 'Your workspaces' }).getByRole('button')
  await expect(rows.filter({ hasText: 'By Keys' })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(rows.filter({ hasText: 'Ada Traveller' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(rows.first()).toBeHidden()
  await expect(switcher(page)).toBeFocused()
  await page.keyboard.press('Space')
  await expect(rows.filter({ hasText: 'By Keys' })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(switcher(page)).toContainText('Ada Traveller')
  await expect(page).toHaveURL(/\/settings\?tab=teams/)
})

test('when an Enterprise license has run out members are told to wait and the owner to renew it', async ({
  page,
  server,
  browser,
}) => {
  test.setTimeout(90_000)
  await signUp(page, server)
  const bee = await newcomer(browser, server, 'Europe')
  const team = newName()
  await createTeam(page, 'Lapsing', team)
  const until = new Date((await server.now()).getTime() + 3600 * 1000).toISOString()
  await grantSeats(server, team, 2, until)
  await page.reload()
  await invite(page, bee.email, 'Editor')
  await bee.page.goto(await inviteLink(server, bee.email))
  await bee.page.getByRole('button', { name: 'Join Lapsing' }).click()
  await expect(switcher(bee.page)).toContainText('Lapsing')

  await server.advance(3660)
  await bee.page.reload()
  await expect(bee.page.getByRole('heading', { name: 'Lapsing is closed for now' })).toBeVisible()
  await bee.page.getByRole('button', { name: 'Go to my workspace' }).click()
  await expect(bee.page.getByRole('heading', { name: 'Get started' })).toBeVisible()
  await switcher(bee.page).click()
  const row = bee.page
    .getByRole('region', { name: 'Your workspaces' })
    .getByRole('button', { name: /^.*Lapsing/ })
  await expect(row).toBeDisabled()
  await expect(row).toContainText('Enterprise license has expired')
  await page.goto(`${server.url}/settings?tab=teams`)
  await expect(page.getByText('Enterprise license expired')).toBeVisible()
  await bee.page.context().close()
})

const setUpApp = async (page: Page, server: Server): Promise<string> => {
  await page.getByRole('button', { name: 'Set up an app' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' })
  const secret = (await dialog.locator('code').innerText()).replace(/\s/g, '')
  await dialog.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type(await codeOf(server, secret))
  await page.getByRole('button', { name: 'I have kept them' }).click()
  return secret
}

const codeOf = async (server: Server, secret: string): Promise<string> =>
  generate({ secret, epoch: Math.floor((await server.now()).getTime() / 1000) })

test('a team that asks for a second step lets members in once they have one, and once they show it', async ({
  page,
  server,
  browser,
}) => {
  test.setTimeout(120_000)
  await signUp(page, server)
  const bee = await newcomer(browser, server, 'Europe')
  const team = newName()
  await createTeam(page, 'Careful', team)
  await grantSeats(server, team, 2)
  await page.reload()
  await invite(page, bee.email, 'Editor')
  await bee.page.goto(await inviteLink(server, bee.email))
  await bee.page.getByRole('button', { name: 'Join Careful' }).click()
  await expect(switcher(bee.page)).toContainText('Careful')

  const ask = page.getByRole('switch', { name: 'Members need a second factor' })
  await ask.click()
  await expect(page.getByText('You have not signed in with a second factor yourself')).toBeVisible()
  await enter(page, 'Ada Traveller')
  await page.getByRole('tab', { name: 'Profile' }).click()
  await setUpApp(page, server)
  await enter(page, 'Careful')
  await page.getByRole('tab', { name: 'Teams' }).click()
  await ask.click()
  await expect(page.getByText('Members need a second factor from now on.')).toBeVisible()

  const older = await (await browser.newContext()).newPage()
  await older.goto(`${server.url}/sign-in`)
  await older.getByLabel('Email').fill(bee.email)
  await older.getByLabel('Password', { exact: true }).fill(password)
  await older.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(switcher(older)).toContainText('Ada Traveller')

  // The home page of a member asks for first runs by itself, and learns it from the answer.
  await expect(bee.page.getByRole('heading', { name: 'Careful asks for two-step sign-in' })).toBeVisible()
  await bee.page.getByRole('button', { name: 'Set up two-step sign-in' }).click()
  await expect(bee.page).toHaveURL(/#security/)
  const secret = await setUpApp(bee.page, server)
  await enter(bee.page, 'Careful')

  // A browser where they signed in before that is asked to show it, and goes on from there.
  await server.advance(60)
  await switcher(older).click()
  await older.getByRole('button', { name: 'Careful Asks for two-step sign-in' }).click()
  const question = older.getByRole('dialog', { name: 'Confirm that it is you' })
  await question.getByLabel('Your password').fill(password)
  await question.getByLabel('Digit 1 of 6').click()
  await older.keyboard.type(await codeOf(server, secret))
  await question.getByRole('button', { name: 'Confirm', exact: true }).click()
  await expect(switcher(older)).toContainText('Careful')
  await older.context().close()
  await bee.page.context().close()
})
