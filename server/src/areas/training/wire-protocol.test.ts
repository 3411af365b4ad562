import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inPieces, type RawReply, sendRaw } from '../../../test/client-socket.ts'
import { aKey, aPerson, type KeyHolder, type Person } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

let house: TestHouse
let base: string
let person: Person
let holder: KeyHolder

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
  base = await house.listen()
  person = await aPerson(house, { region: 'eu' })
  holder = await aKey(house, person)
})
afterAll(() => house.stop())

const authorization = () => ({ Authorization: `Bearer ${holder.key}` })

/** POST with a JSON body, framed as the client's HTTP library frames it. */
const post = (path: string, body: unknown): Promise<RawReply> => {
  const bytes = Buffer.from(JSON.stringify(body))
  return sendRaw({
    method: 'POST',
    url: base + path,
    headers: {
      ...authorization(),
      'Content-Length': String(bytes.length),
      'Content-Type': 'application/json',
    },
    pieces: [bytes],
  })
}
const send = (event: string, fields: Record<string, unknown>) =>
  post('/api/webhooks/training/metrics', { event, ...fields })

/** PUT with both Content-Length and Transfer-Encoding: chunked and a plain body in 64 KiB pieces (SPEC 16.5). */
const put = (url: string, bytes: Buffer) =>
  sendRaw({
    method: 'PUT',
    url,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(bytes.length),
      'Transfer-Encoding': 'chunked',
    },
    pieces: inPieces(bytes),
  })

const environment = {
  ultralyticsVersion: '8.4.120',
  hostname: 'trainer',
  os: 'Linux',
  environment: 'Terminal',
  pythonVersion: '3.11.7',
  pythonExecutable: '/usr/bin/python3',
  cpuCount: 8,
  cpu: 'AMD',
  command: 'yolo train',
  totalRamGb: 32,
  totalDiskGb: 500,
  gitRepository: null,
}

test('a login checks a key against the settings address', async () => {
  const good = await sendRaw({ method: 'GET', url: `${base}/api/settings`, headers: authorization() })
  expect(good.status).toBe(200)
  expect(good.json().username).toBe(person.username)
  const bad = await sendRaw({
    method: 'GET',
    url: `${base}/api/settings`,
    headers: { Authorization: `Bearer ul_${'0'.repeat(40)}` },
  })
  expect(bad.status).toBe(401)
  expect(bad.json().error).toBe('Invalid API key')
})

describe.each(['8.4.60', '8.4.120'] as const)('a client of generation %s', (generation) => {
  const isNewer = generation === '8.4.120'
  const project = `wire-${generation.replaceAll('.', '-')}`
  const named = () => ({ project: `${person.username}/${project}`, name: 'train' })
  let modelId: string
  let runId: string

  /** The older generation always names project and run; the newer one only until it knows the model. */
  const identity = () => (isNewer ? { modelId } : { ...named(), modelId })

  test('streams a run from its start to the download of its weights', async () => {
    const trainArgs = { model: 'yolo26n.pt', data: 'coco8.yaml', epochs: '3', imgsz: '640', task: 'detect' }
    const started = await send('training_started', {
      ...named(),
      data: { trainArgs, epochs: 3, device: 'cpu', environment },
    })
    expect(started.status).toBe(200)
    expect(started.json()).toMatchObject({
      modelId: expect.stringMatching(/^[0-9a-f]{24}$/),
      modelSlug: 'train',
    })
    ;({ modelId, runId } = started.json() as { modelId: string; runId: string })

    const epoch = (number: number) =>
      send('epoch_end', {
        ...identity(),
        data: {
          epoch: number,
          metrics: { 'train/box_loss': 1 / (number + 1), 'val/box_loss': null, lr: 0.01 },
          system: { cpu: 12.5, gpus: {} },
          fitness: (number + 1) / 10,
          best_fitness: (number + 1) / 10,
          ...(number === 0 ? { modelInfo: { parameters: 2_600_000, gflops: 6.1, speedMs: 1.2 } } : {}),
        },
      })
    for (const number of [1, 0, 0, 2]) expect((await epoch(number)).json().cancelled).toBeUndefined()

    for (const chunkId of [2, 1, 1])
      await send('console_output', {
        ...identity(),
        data: { chunkId, content: `chunk ${chunkId}\n`, lineCount: 1 },
      })

    const weights = randomBytes(300_001)
    const upload = await post('/api/webhooks/models/upload', {
      ...identity(),
      filename: 'best.pt',
      ...(isNewer ? { runId } : {}),
    })
    const { uploadUrl, gcsPath, uploadPath } = upload.json() as Record<string, string>
    expect(gcsPath).toBeTruthy()
    const stored = await put(uploadUrl ?? '', weights)
    expect(stored.body.toString()).toBe('{"success":true}')
    expect(stored.headers.connection).toBe('close')

    if (isNewer) {
      const saved = await send('checkpoint_saved', {
        modelId,
        data: { modelPath: gcsPath, runId, uploadPath },
      })
      expect(saved.status).toBe(200)
      expect(saved.json()).toBeTruthy()
    }
    const complete = {
      ...identity(),
      data: {
        results: {
          metrics: { 'metrics/mAP50(B)': 0.61, 'metrics/precision(B)': null, fitness: 0.3 },
          bestEpoch: 2,
          bestFitness: 0.3,
          modelPath: gcsPath,
          modelSize: weights.length,
        },
        classNames: ['person', 'dog'],
        plots: [{ type: 'pr_curve', x: [0, 1], y: [1, 0], ap: [0.5] }],
        ...(isNewer ? { runId } : {}),
      },
    }
    expect((await send('training_complete', complete)).status).toBe(200)
    expect((await send('training_complete', complete)).status).toBe(200)

    const head = await sendRaw({
      method: 'HEAD',
      url: `${base}/api/webhooks/models/${person.username}/${project}/train/download`,
      headers: authorization(),
    })
    expect(head.status).toBe(302)
    const { location = '' } = head.headers
    expect(new URL(location).pathname).toMatch(/\/train\.pt$/)
    const download = await sendRaw({ method: 'GET', url: location })
    expect(download.status).toBe(200)
    expect(download.body.equals(weights)).toBe(true)
  })

  test('leaves each epoch and console chunk once and in order, whatever order they came in', async () => {
    const { job } = (await person.call('GET', `/api/models/${modelId}/training`)).json()
    expect(job.epochMetrics.map((row: { epoch: number }) => row.epoch)).toEqual([0, 1, 2])
    expect(job.epochMetrics[0].metrics['val/box_loss']).toBeNull()
    expect(job).toMatchObject({
      status: 'completed',
      progress: { currentEpoch: 3, totalEpochs: 3, percentage: 100 },
    })
    expect(job.modelInfo).toEqual({ parameters: 2_600_000, gflops: 6.1, speedMs: 1.2 })
    expect(job.environment.hostname).toBe('trainer')
    expect(job.plots[0].type).toBe('pr_curve')
    const { chunks } = (await person.call('GET', `/api/models/${modelId}/console`)).json()
    expect(chunks).toEqual([
      { chunkId: 1, content: 'chunk 1\n' },
      { chunkId: 2, content: 'chunk 2\n' },
    ])
  })

  test('is not taken back from completed by an epoch that comes late', async () => {
    const late = await send('epoch_end', { ...identity(), data: { epoch: 1, metrics: { x: 1 } } })
    expect(late.status).toBe(200)
    const { model } = (await person.call('GET', `/api/models/${modelId}`)).json()
    expect(model).toMatchObject({ status: 'completed', bestFitness: 0.3, classNames: ['person', 'dog'] })
    expect(model.metrics).toEqual({ 'metrics/mAP50(B)': 0.61, 'metrics/precision(B)': null })
  })
})

test('the bytes on the disk are sealed', async () => {
  const { readdir, readFile } = await import('node:fs/promises')
  const { modelId } = (await send('training_started', { project: 'sealed', name: 'train', data: {} })).json()
  const { uploadUrl } = (await post('/api/webhooks/models/upload', { modelId, filename: 'best.pt' })).json()
  const mark = 'plain text that must not lie on the disk '
  await put(String(uploadUrl), Buffer.from(mark.repeat(5000)))
  const names = await readdir(house.filesDir, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(0)
  for (const file of files)
    expect((await readFile(`${file.parentPath}/${file.name}`)).includes(mark.trim())).toBe(false)
})

test('a second request on an upload connection is never answered', async () => {
  const { modelId } = (await send('training_started', { project: 'smuggle', name: 'train', data: {} })).json()
  const { uploadUrl } = (await post('/api/webhooks/models/upload', { modelId, filename: 'best.pt' })).json()
  const smuggled = Buffer.from(
    `GET /api/settings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${holder.key}\r\n\r\n`,
  )
  const body = Buffer.alloc(1000, 1)
  const reply = await sendRaw({
    method: 'PUT',
    url: String(uploadUrl),
    headers: { 'Content-Length': String(body.length), 'Transfer-Encoding': 'chunked' },
    pieces: [Buffer.concat([body, smuggled])],
  })
  // Node's parser refuses bytes after the one request this connection may carry.
  expect(reply.status).toBe(400)
  expect(reply.body.toString()).not.toContain(person.username)
})

test('the same pair of headers is refused on every other address', async () => {
  const body = Buffer.from('{}')
  const reply = await sendRaw({
    method: 'POST',
    url: `${base}/api/webhooks/training/metrics`,
    headers: {
      ...authorization(),
      'Content-Length': '2',
      'Transfer-Encoding': 'chunked',
      'Content-Type': 'application/json',
    },
    pieces: [body],
  })
  expect(reply.status).toBe(400)
})
