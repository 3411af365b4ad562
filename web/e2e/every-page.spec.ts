import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { generate } from 'otplib'
import { expect, makeKey, newName, password, signUp, test, trainingClient } from './fixtures.ts'
import { aYoloZip } from './yolo-files.ts'

/* Every page in light and dark, at desk and phone width: nothing serious for axe, nothing wider than the screen. */

const views = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'phone', colorScheme: 'light', width: 390 },
] as const

const look = async (page: Page, url: string): Promise<void> => {
  await lookAtViews(page, url, async () => {
    await page.goto(url)
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  })
}

/** What is on screen already, a dialog for instance, or is brought there by `show` in every view. */
const lookAtViews = async (
  page: Page,
  url: string,
  show: () => Promise<void> = async () => {},
): Promise<void> => {
  for (const { name, colorScheme, width } of views) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 844 })
    await show()
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
    '/settings?tab=usage',
    '/settings?tab=trash',
    '/nobody/nothing/here',
  ]
  for (const path of [...paths, `/${username}`, `/${username}/pictures`, `/${username}/pictures/train`])
    await look(page, server.url + path)
})

test('the feed holds in light, dark and on a phone, with details, archive and nothing', async ({
  page,
  server,
}) => {
  test.setTimeout(120_000)
  await signUp(page, server)
  await page.evaluate(async () => {
    const send = async (method: string, path: string, body: unknown) =>
      (
        await fetch(path, {
          method,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json()
    const { projectId } = await send('POST', '/api/projects', { name: 'Quay' })
    const description = `Ships by night ${'and more of them '.repeat(20)}`
    await send('PATCH', `/api/projects/${projectId}`, { name: 'A'.repeat(90), description })
  })
  await lookAtViews(page, 'details of an event', async () => {
    await page.goto(`${server.url}/activity`)
    await page.getByRole('button', { name: /^Details of: Renamed/ }).click()
    await expect(page.getByLabel('What changed')).toBeVisible()
  })
  await look(page, `${server.url}/activity?tab=archive`)
  await look(page, `${server.url}/activity?search=nowhere&from=2026-02-01&to=2026-01-01`)
  await look(page, `${server.url}/activity?page=7`)
})

test('the trash and storage hold in light, dark and on a phone, with the dialogs', async ({
  page,
  server,
}) => {
  test.setTimeout(180_000)
  const { username } = await signUp(page, server)
  const key = await makeKey(page, server, 'Every page')
  const client = trainingClient(server, key)
  for (const [project, sizeKb] of [
    ['roads', 900],
    ['signs', 300],
    ['apples', 2],
    ['kept', 50],
  ] as const) {
    const { body } = await client.send('training_started', { project, name: 'train', data: { epochs: 1 } })
    const modelPath = await client.upload(body.modelId, Buffer.alloc(sizeKb * 1024, 1))
    await client.send('training_complete', { modelId: body.modelId, data: { modelPath } })
    const path = project === 'signs' ? `models/${username}/signs/train` : `projects/${username}/${project}`
    if (project === 'kept') continue
    await fetch(`${server.url}/api/${path}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    })
  }
  await look(page, `${server.url}/settings?tab=usage`)
  const open = async () => {
    await page.goto(`${server.url}/trash`)
    await expect(page.getByText('What takes how much')).toBeVisible()
  }
  await lookAtViews(page, 'trash', async () => {
    await open()
    await page.getByRole('button', { name: 'that went along with roads' }).click()
    await expect(page.getByRole('list', { name: 'Models of roads' })).toBeVisible()
  })
  for (const name of ['Restore roads', 'Delete roads for good', 'Empty trash'])
    await lookAtViews(page, name, async () => {
      await open()
      await page.getByRole('button', { name }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
    })
})

test('the library holds in light, dark and on a phone, with its dialogs', async ({ page, server }) => {
  test.setTimeout(240_000)
  const { username } = await signUp(page, server)
  const make = async (path: string, data: object) =>
    (await page.request.post(server.url + path, { data, headers: { origin: server.url } })).json()
  const project = { name: 'Pictures', visibility: 'private', tags: ['night'], license: 'AGPL-3.0' }
  const { projectId } = await make('/api/projects', { ...project, description: 'What cameras see.' })
  await make('/api/models', { projectId, name: 'Owl', metrics: { mAP50: 0.5 }, version: '2' })
  const base = `${server.url}/${username}/pictures`
  const tabs = ['files', 'exports', 'deployments'].map((tab) => `/${username}/pictures/owl?tab=${tab}`)
  const pages = ['/projects?q=none', '/explore', '/explore?type=datasets&q=x', '/deployments']
  for (const path of [...pages, `/${username}?type=datasets`, `/${username}/pictures`, ...tabs])
    await look(page, server.url + path)
  const open = async (url: string, name: string, action: string) => {
    await page.goto(url)
    await page.getByRole('button', { name: `Actions for ${name}` }).click()
    await page.getByRole('menuitem', { name: action }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
  }
  for (const action of ['Edit', 'Add a model', 'Make public', 'Make a copy', 'Delete'])
    await lookAtViews(page, action, () => open(base, 'Pictures', action))
  for (const action of ['Edit', 'Copy to a project', 'Delete'])
    await lookAtViews(page, `${action} a model`, () => open(`${base}/owl`, 'Owl', action))
  await lookAtViews(page, 'creating a project', async () => {
    await page.goto(`${server.url}/projects`)
    await page.getByRole('button', { name: 'Create project' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
  })
  await lookAtViews(page, 'search', async () => {
    await page.goto(`${server.url}/home`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: /^Search pages/ }).fill('pict')
    await expect(page.getByRole('option')).toHaveCount(1)
  })
})

test('Explore holds for people who are not signed in', async ({ page, server }) => {
  await look(page, `${server.url}/explore`)
})

test('datasets hold in light, dark and on a phone, with their images and the dialogs', async ({
  page,
  server,
}) => {
  test.setTimeout(240_000)
  const { username } = await signUp(page, server)
  await look(page, `${server.url}/datasets`)
  await page.request.post(`${server.url}/api/datasets`, {
    data: {
      name: 'Night roads',
      description: 'What the cameras see. '.repeat(20),
      tags: ['night'],
      license: 'MIT',
    },
    headers: { origin: server.url },
  })
  const path = `${server.url}/${username}/datasets/night-roads`
  await look(page, path)
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose a file' }).click(),
  ])
  await chooser.setFiles({ name: 'roads.zip', mimeType: 'application/zip', buffer: await aYoloZip(6) })
  const image = page.getByRole('list', { name: 'Images' }).getByRole('button').first()
  await expect(image).toBeVisible({ timeout: 60_000 })
  for (const tab of ['', '?tab=classes', '?tab=versions', '?tab=use', '?split=test'])
    await look(page, path + tab)
  await look(page, `${server.url}/datasets`)
  await look(page, `${server.url}/datasets?task=obb`)
  await look(page, `${server.url}/explore?type=datasets`)
  await lookAtViews(page, 'an image with its labels', async () => {
    await page.goto(path)
    await image.click()
    await expect(page.getByRole('dialog').getByRole('img', { name: '2 labels' })).toBeVisible()
  })
  await lookAtViews(page, 'adding images', async () => {
    await page.goto(path)
    await page.getByRole('button', { name: 'Add images' }).click()
    await page.getByRole('button', { name: 'Rename or leave out classes' }).click()
  })
  for (const action of ['Edit', 'Make private', 'Make public', 'Make a copy', 'Delete']) {
    const ask = async () => {
      await page.goto(path)
      await page.getByRole('button', { name: /^Actions for/ }).click()
      await page.getByRole('menuitem', { name: action }).click()
    }
    if (action === 'Make private') {
      await ask()
      await expect(page.getByText('Private', { exact: true })).toBeVisible()
      continue
    }
    await lookAtViews(page, action, async () => {
      await ask()
      await expect(page.getByRole('dialog')).toBeVisible()
    })
  }
})

test('onboarding holds in light, dark and on a phone, step by step', async ({ page, server }) => {
  test.setTimeout(120_000)
  const email = `${newName()}@example.com`
  await page.goto(`${server.url}/sign-up`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
  await lookAtViews(page, 'verify')
  await page.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type(/\b\d{6}\b/.exec(await server.newestMail(email))?.[0] ?? '')
  await page.getByLabel('Display name').fill('Ada Traveller')
  await page.getByLabel('Username').fill(newName())
  await expect(page.getByText('is yours if you want it')).toBeVisible()
  await lookAtViews(page, 'onboarding, profile')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('radio', { name: /Europe/ }).click()
  await expect(page.getByText(/≈ \d+ ms/).first()).toBeVisible()
  await lookAtViews(page, 'onboarding, region')
  await page.getByRole('button', { name: 'Continue' }).click()
  await lookAtViews(page, 'onboarding, review')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('dialog', { name: 'A short tour' })).toBeVisible()
  await lookAtViews(page, 'tour')
})

test('two-step sign-in holds in light, dark and on a phone, with its dialogs', async ({ page, server }) => {
  test.setTimeout(120_000)
  const { email } = await signUp(page, server)
  await page.goto(`${server.url}/settings?tab=profile`)
  await page.getByRole('button', { name: 'Set up an app' }).click()
  const secret = (await page.getByRole('dialog').locator('code').first().innerText()).replaceAll(' ', '')
  await lookAtViews(page, 'setting up an app')
  const epoch = Math.floor((await server.now()).getTime() / 1000)
  await page.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type(await generate({ secret, epoch }))
  await expect(page.getByRole('list', { name: 'Recovery codes' })).toBeVisible()
  await lookAtViews(page, 'recovery codes')
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await look(page, `${server.url}/settings?tab=profile`)
  await page.context().clearCookies()
  await page.goto(`${server.url}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible()
  await look(page, `${server.url}/second-factor`)
})

test('teams hold in light, dark and on a phone, with the switcher and the dialogs', async ({
  page,
  server,
}) => {
  test.setTimeout(180_000)
  await signUp(page, server)
  const burger = page.getByRole('button', { name: 'Open the menu' })
  const openSidebar = async () => {
    await page.goto(`${server.url}/home`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    if (await burger.isVisible()) await burger.click()
  }
  const openCreateTeam = async () => {
    await openSidebar()
    await page.getByRole('button', { name: 'Create team', exact: true }).click()
    await page.getByLabel('Team name').fill('Acme Vision')
    await expect(page.getByText('is yours if you want it')).toBeVisible()
  }
  await lookAtViews(page, 'creating a team', openCreateTeam)
  await page.getByRole('dialog').getByRole('button', { name: 'Create team' }).click()
  await expect(page).toHaveURL(/tab=teams/)
  await expect(page.getByRole('main')).toBeFocused()
  for (const path of ['/home', '/settings?tab=profile', '/settings?tab=teams', '/activity', '/acme-vision'])
    await look(page, server.url + path)
  await lookAtViews(page, 'switcher', async () => {
    await openSidebar()
    await page.getByRole('button', { name: /^Switch workspace/ }).click()
    await expect(page.getByRole('list', { name: 'Workspaces' }).getByRole('button')).toHaveCount(2)
  })
  await lookAtViews(page, 'deleting a team', async () => {
    await page.goto(`${server.url}/settings?tab=profile`)
    await page.getByRole('button', { name: 'Delete team' }).click()
    await page.getByLabel('Type DELETE to confirm').fill('DELETE')
  })
  for (const deniedReason of ['license_expired', 'second_factor_required']) {
    await page.route('**/api/auth/me', async (route) => {
      const me = await (await route.fetch()).json()
      await route.fulfill({ json: { ...me, workspace: { ...me.workspace, deniedReason } } })
    })
    await look(page, `${server.url}/home`)
  }
})

test('the page of the local provider holds in light, dark and on a phone', async ({ page, server }) => {
  await page.goto(`${server.url}/sign-in`)
  await page.getByRole('link', { name: /Try the local provider/ }).click()
  await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible()
  await lookAtViews(page, 'local provider')
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
  await page.getByRole('link', { name: 'Training', exact: true }).click()
  await expect(page.getByText('/api/webhooks/training/metrics')).toBeVisible()
})
