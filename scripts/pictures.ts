import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { runCommand } from '../server/src/operator-command.ts'
import { chromiumLaunch } from './chromium.ts'
import { drawnDataset } from './picture-dataset.ts'
import { root } from './tools.ts'

/** Takes the pictures of the documents from a running instance (`npm run pictures -- http://localhost:3000`, a fresh one with the
 *  embedded mailbox, whose data folder DATA_DIR names): signs up, makes a key, streams half a run, takes in a dataset,
 *  changes a project, fills a team, and looks. */
const url = process.argv[2] ?? 'http://localhost:3000'
const username = 'ada-lovelace'
const email = `${username}@example.com`
const folder = join(root, 'docs/pictures')

const browser = await chromium.launch(await chromiumLaunch())
const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' })
await mkdir(folder, { recursive: true })
const key = await arrive(page)
await page.goto(`${url}/settings?tab=api-keys`)
await page.getByRole('button', { name: 'How to use it' }).click()
await shoot('api-keys')
await stream(key)
await page.goto(`${url}/${username}/warehouse/night-shift`)
await page.locator('.recharts-surface').nth(3).waitFor()
await page.waitForTimeout(1500)
await shoot('model')
await takeInDataset()
await shoot('dataset')
await changeProject(key)
await shoot('activity')
await secure()
await shoot('account-security')
await page.emulateMedia({ colorScheme: 'dark' })
await page.goto(`${url}/home`)
await page.getByText('night-shift').first().waitFor()
await shoot('home-dark')
await page.emulateMedia({ colorScheme: 'light' })
await gather()
await shoot('teams')
await browser.close()

/** Adds a passkey with an authenticator of the browser's own, and stops at the cards about getting in. */
async function secure(): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(`${url}/settings?tab=profile`)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Laptop')
  await page.getByRole('button', { name: 'Create passkey' }).click()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('heading', { name: 'Connected accounts' }).scrollIntoViewIfNeeded()
  await page.evaluate(() => {
    const heading = [...document.querySelectorAll('h2')].find(
      (one) => one.textContent === 'Connected accounts',
    )
    heading?.scrollIntoView({ block: 'start' })
    window.scrollBy(0, -40)
  })
}

/** A team with seats, two members from other regions and an invite that waits. */
async function gather(): Promise<void> {
  const team = 'harbour-vision'
  await page.getByRole('button', { name: 'Create team', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Team name').fill('Harbour Vision')
  await page.getByRole('dialog').getByText('is yours if you want it').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Create team' }).click()
  await page.getByRole('heading', { name: 'Harbour Vision' }).first().waitFor()
  const say = { out: () => {}, err: (text: string) => process.stderr.write(text) }
  await runCommand(['enterprise', 'grant', '--workspace', team, '--seats', '8'], process.env, say)
  for (const { name, address, role, region } of [
    { name: 'Grace Hopper', address: 'grace@example.com', role: 'Admin', region: 'Americas' },
    { name: 'Katherine Johnson', address: 'katherine@example.com', role: 'Editor', region: 'Asia Pacific' },
    { name: '', address: 'mary@example.com', role: 'Viewer', region: '' },
  ]) {
    await page.reload()
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByRole('dialog').getByLabel('Email').fill(address)
    await page.getByRole('dialog').getByRole('radio', { name: role, exact: true }).check()
    await page.getByRole('dialog').getByRole('button', { name: 'Send invitation' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    if (name) await arriveByInvite(name, address, region)
  }
  await page.reload()
  await page.getByText('mary@example.com').first().waitFor()
}

/** Signs up by the invite that was mailed. */
async function arriveByInvite(name: string, address: string, region: string): Promise<void> {
  const guest = await (await browser.newContext()).newPage()
  await guest.goto(/http\S+invite\?token=[\w-]+/.exec(await mailTo(address))?.[0] ?? '')
  await guest.getByRole('link', { name: /Create an account/ }).click()
  await guest.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
  await guest.getByRole('button', { name: 'Continue' }).click()
  await guest.getByLabel('Digit 1 of 6').click()
  await guest.keyboard.type(/\b\d{6}\b/.exec(await mailTo(address))?.[0] ?? '')
  await guest.getByLabel('Display name').fill(name)
  await guest.getByLabel('Username').fill(name.toLowerCase().replace(' ', '-'))
  await guest.getByText('is yours if you want it').waitFor()
  await guest.getByRole('button', { name: 'Continue' }).click()
  await guest.getByRole('radio', { name: new RegExp(region) }).click()
  await guest.getByRole('button', { name: 'Continue' }).click()
  await guest.getByRole('button', { name: 'Create account' }).click()
  await guest.getByRole('button', { name: 'Join Harbour Vision' }).click()
  await guest.waitForURL(/home/)
  await guest.context().close()
}

async function mailTo(address: string): Promise<string> {
  await page.waitForTimeout(500) // a mail of the outbox takes a moment
  const { messages } = await (await fetch(`${url}/_mailbox.json?to=${address}`)).json()
  return messages[0].text
}

async function shoot(name: string): Promise<void> {
  await page.waitForTimeout(600) // until what unfolds has unfolded
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

async function arrive(newcomer: Page): Promise<string> {
  await newcomer.goto(`${url}/sign-up`)
  await newcomer.getByLabel('Email').fill(email)
  await newcomer.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
  await newcomer.getByRole('button', { name: 'Continue' }).click()
  await newcomer.getByRole('heading', { name: 'Check your mail' }).waitFor()
  const { messages } = await (await fetch(`${url}/_mailbox.json?to=${email}`)).json()
  await newcomer.getByLabel('Digit 1 of 6').click()
  await newcomer.keyboard.type(/\b\d{6}\b/.exec(messages[0].text)?.[0] ?? '')
  await newcomer.getByLabel('Display name').fill('Ada Lovelace')
  await newcomer.getByLabel('Username').fill(username)
  await newcomer.getByText('is yours if you want it').waitFor()
  await newcomer.getByRole('button', { name: 'Continue' }).click()
  await newcomer.getByRole('radio', { name: /Europe/ }).click()
  await newcomer.getByRole('button', { name: 'Continue' }).click()
  await newcomer.getByRole('button', { name: 'Create account' }).click()
  await newcomer.getByRole('button', { name: 'End the tour' }).click()
  await newcomer.getByRole('button', { name: 'Create key' }).click()
  await newcomer.getByRole('dialog').getByLabel('Name').fill('Training server')
  await newcomer.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  const value = newcomer
    .getByRole('dialog')
    .getByText(/^ul_[0-9a-f]{40}$/)
    .first()
  return value.innerText()
}

/** A dataset made and filled on the pages, looked at when it is there. */
async function takeInDataset(): Promise<void> {
  await page.goto(`${url}/datasets`)
  await page.getByRole('button', { name: 'Create dataset' }).first().click()
  await page.getByRole('dialog').getByLabel('Name').fill('Street crossings')
  await page.getByRole('dialog').getByRole('button', { name: 'Create dataset' }).click()
  await page.waitForURL(/datasets\/street-crossings/)
  const buffer = await drawnDataset()
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'crossings.tar', mimeType: 'application/x-tar', buffer })
  await page.getByText('images were taken in').waitFor({ timeout: 60_000 })
  await page.reload()
  await page.locator('img').nth(8).waitFor()
}

/** A change of a project with what it was before, unfolded in the feed. */
async function changeProject(bearer: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
  const { projects } = await (await fetch(`${url}/api/projects`, { headers })).json()
  await fetch(`${url}/api/projects/${projects[0]._id}`, {
    method: 'PATCH',
    headers,
    body: JSON.stringify({ name: 'Warehouse at night', tags: ['docks', 'night'] }),
  })
  await page.goto(`${url}/activity`)
  await page
    .getByRole('button', { name: /etails/ })
    .first()
    .click()
}

/** Half of a plausible run: losses that fall, scores that rise, a little noise. */
async function stream(bearer: string): Promise<void> {
  const send = async (body: unknown) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
    const reply = await fetch(`${url}/api/webhooks/training/metrics`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return (await reply.json()) as { modelId: string }
  }
  const trainArgs = { model: 'yolo26n.pt', data: 'pallets.yaml', epochs: '60', task: 'detect' }
  const environment = { os: 'Linux', gpuType: 'NVIDIA L4', cpuCount: 8, pythonVersion: '3.11.7' }
  const { modelId } = await send({
    event: 'training_started',
    project: `${username}/warehouse`,
    name: 'night-shift',
    data: { trainArgs, epochs: 60, device: '0', environment },
  })
  for (let epoch = 0; epoch < 38; epoch++) {
    const noise = () => 1 + Math.sin(epoch * 12.9898 + Math.random()) / 40
    const fall = (from: number, to: number) => (to + (from - to) * Math.exp(-epoch / 14)) * noise()
    const rise = (to: number) => to * (1 - Math.exp(-(epoch + 1) / 12)) * noise()
    const metrics = {
      'train/box_loss': fall(1.8, 0.7),
      'val/box_loss': fall(1.9, 0.85),
      'train/cls_loss': fall(2.6, 0.5),
      'val/cls_loss': fall(2.5, 0.65),
      'metrics/precision(B)': rise(0.9),
      'metrics/recall(B)': rise(0.84),
      'metrics/mAP50(B)': rise(0.88),
      'metrics/mAP50-95(B)': rise(0.63),
      'lr/pg0': 0.01 * (1 - epoch / 60),
    }
    const modelInfo = { parameters: 2_572_280, gflops: 6.1, speedMs: 1.4 }
    const fitness = rise(0.65)
    const data = { epoch, metrics, fitness, best_fitness: fitness, ...(epoch === 0 ? { modelInfo } : {}) }
    await send({ event: 'epoch_end', modelId, data })
  }
}
