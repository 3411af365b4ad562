import { expect, makeKey, password, signUp, test, trainingClient } from './fixtures.ts'

test('a newcomer signs up, makes a key, watches a run stream in, downloads it and revokes the key', async ({
  page,
  server,
}) => {
  const { username } = await signUp(page, server)
  await expect(page.getByRole('heading', { name: 'Get started' })).toBeVisible()
  await page.getByRole('button', { name: 'Create key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Training server')
  await dialog.getByRole('button', { name: 'Create key' }).click()
  const key = await dialog
    .getByText(/^ul_[0-9a-f]{40}$/)
    .first()
    .innerText()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText(`project=${username}/first-project`)).toBeVisible()

  const client = trainingClient(server, key)
  const started = await client.send('training_started', {
    project: `${username}/first-project`,
    name: 'first-run',
    data: {
      trainArgs: { model: 'yolo26n.pt', data: 'coco8.yaml' },
      epochs: 3,
      device: 'cpu',
      environment: { os: 'Linux' },
    },
  })
  const { modelId } = started.body
  await expect(page.getByText('first-run').first()).toBeVisible({ timeout: 15_000 })

  await page.goto(`${server.url}/${username}/first-project/first-run`)
  await expect(page.getByText('Running', { exact: true }).first()).toBeVisible()
  for (const epoch of [0, 1, 2])
    await client.send('epoch_end', {
      modelId,
      data: {
        epoch,
        metrics: { 'train/box_loss': 1 - epoch / 10, 'metrics/mAP50(B)': epoch / 10, lr: 0.01 },
        fitness: epoch / 10,
      },
    })
  await client.send('console_output', {
    modelId,
    data: { chunkId: 1, content: 'Epoch 3/3 \u001b[32mdone\u001b[0m\n', lineCount: 1 },
  })
  await expect(page.getByText('3 of 3').first()).toBeVisible({ timeout: 15_000 })
  await expect(page.locator('.recharts-surface').first()).toBeVisible()
  await page.getByRole('tab', { name: 'Console' }).click()
  await expect(page.getByText('Epoch 3/3 done')).toBeVisible()
  await page.getByRole('tab', { name: 'Environment' }).click()
  await expect(page.getByText('Linux')).toBeVisible()

  const weights = Buffer.alloc(70_000, 7)
  const modelPath = await client.upload(modelId, weights)
  await client.send('training_complete', {
    modelId,
    data: {
      results: {
        metrics: { 'metrics/mAP50(B)': 0.2 },
        bestEpoch: 2,
        bestFitness: 0.2,
        modelPath,
        modelSize: weights.length,
      },
    },
  })
  await expect(page.getByText('Completed', { exact: true }).first()).toBeVisible({ timeout: 15_000 })
  const downloading = page.waitForEvent('download')
  await page
    .getByRole('button', { name: /Download/ })
    .or(page.getByRole('link', { name: /Download/ }))
    .first()
    .click()
  expect((await downloading).suggestedFilename()).toBe('first-run.pt')

  await page.goto(`${server.url}/settings?tab=api-keys`)
  await page.getByRole('button', { name: 'Revoke Training server' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('article', { name: 'Key Training server' })).toBeHidden()
  expect((await client.send('training_started', { project: 'x' })).status).toBe(401)

  await page.goto(`${server.url}/activity`)
  await expect(page.getByText(/Revoked API key/i).first()).toBeVisible()
  await expect(page.getByText(/Completed training/i).first()).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
})

test('the list shows the full value of an own key, until it is hidden', async ({ page, server }) => {
  await signUp(page, server, { region: 'Americas' })
  const key = await makeKey(page, server, 'For the list')
  const card = page.getByRole('article', { name: 'Key For the list' })
  await expect(card).toContainText(key)
  await page.getByRole('button', { name: 'Hide For the list' }).click()
  await expect(card).not.toContainText(key)
})

test('somebody cancels a running training from its page', async ({ page, server }) => {
  const { username } = await signUp(page, server)
  const client = trainingClient(server, await makeKey(page, server, 'To cancel'))
  const { body } = await client.send('training_started', {
    project: 'cancelled',
    name: 'train',
    data: { epochs: 10 },
  })
  await page.goto(`${server.url}/${username}/cancelled/train`)
  await page.getByRole('button', { name: 'Cancel run' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel run' }).click()
  await expect(page.getByText(/stops at its next check/i).first()).toBeVisible()
  const next = await client.send('epoch_end', { modelId: body.modelId, data: { epoch: 0, metrics: {} } })
  expect(next.body.cancelled).toBe(true)
})

test('the view link a client prints from a bare project leads to the run', async ({ page, server }) => {
  const { username } = await signUp(page, server)
  const client = trainingClient(server, await makeKey(page, server, 'Bare'))
  await client.send('training_started', { project: 'bare-project', name: 'run-one', data: {} })
  await page.goto(`${server.url}/bare-project/run-one`)
  await expect(page).toHaveURL(`${server.url}/${username}/bare-project/run-one`)
})

test('an idle day ends the session, and signing in leads back to where one was', async ({ page, server }) => {
  const { email } = await signUp(page, server)
  await server.advance(25 * 3600)
  await page.goto(`${server.url}/settings?tab=api-keys`)
  await expect(page).toHaveURL(/\/sign-in/)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/settings\?tab=api-keys/)
})

test('somebody who forgot the password sets a new one by mail', async ({ page, server }) => {
  const { email } = await signUp(page, server)
  await page.goto(`${server.url}/home`)
  await page.getByRole('button', { name: 'Your account' }).first().click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await page.getByRole('link', { name: /Forgot/ }).click()
  // The page before has a field of the same name.
  await expect(page.getByRole('heading', { name: 'Reset your password' })).toBeVisible()
  await page.getByLabel('Email').fill(email)
  await page
    .getByRole('button')
    .filter({ hasText: /link|reset|send/i })
    .first()
    .click()
  let link: string | undefined
  await expect(async () => {
    link = /http\S+reset-password\S+/.exec(await server.newestMail(email))?.[0]
    expect(link).toBeTruthy()
  }).toPass()
  await page.goto(link ?? '')
  await page.getByLabel('New password').first().fill('a wholly new password')
  await page
    .getByRole('button', { name: /password/i })
    .last()
    .click()
  await page.goto(`${server.url}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill('a wholly new password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/home/)
})

test('a profile saves itself a second after the last key, and is still there after the server was killed', async ({
  page,
  server,
}) => {
  await signUp(page, server)
  await page.goto(`${server.url}/settings?tab=profile`)
  await page.getByLabel('Bio').fill('I train detectors for a living.')
  await expect(page.getByText('Saved')).toBeVisible()
  const cookies = await page.context().cookies()
  await server.end('SIGKILL')
  await server.restart()
  await page.context().addCookies(cookies)
  await page.goto(`${server.url}/settings?tab=profile`)
  await expect(page.getByLabel('Bio')).toHaveValue('I train detectors for a living.')
})
