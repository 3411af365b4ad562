import { expect, test, vi } from 'vitest'
import type { UploadState } from '#contract/uploads.ts'
import { ApiError } from '../../../api/client.ts'
import type { Transport } from './transport.ts'
import { UploadTask } from './upload-task.ts'

const partBytes = 10

const refusal = (status: number, reason: string) => new ApiError(status, { error: 'No', reason })
const noAnswer = () => refusal(0, 'no_answer')

/** A server that keeps parts, and does what `faults` say before it does its work. */
const aServer = (totalBytes: number) => {
  const held = new Set<number>()
  const sent: number[] = []
  const faults: ((part: number) => Error | undefined)[] = []
  const server = {
    held,
    sent,
    faults,
    sessions: 0,
    urls: 0,
    checksum: undefined as string | undefined,
    isGone: false,
    state: (): UploadState => ({
      sessionId: `s${server.sessions}`,
      assetType: 'models',
      assetId: 'm',
      filename: 'best.pt',
      state: 'pending',
      totalBytes,
      partBytes,
      partCount: Math.ceil(totalBytes / partBytes),
      received: [...held].map((part) => ({ from: part, to: part })),
      receivedBytes: [...held].reduce(
        (sum, part) => sum + Math.min(partBytes, totalBytes - part * partBytes),
        0,
      ),
      keptUntil: '2026-01-01T00:00:00.000Z',
      uploadUrl: `http://here/upload/${++server.urls}`,
      expiresAt: '2026-01-01T00:00:00.000Z',
    }),
  }
  const transport: Transport = {
    open: async () => {
      server.sessions += 1
      server.isGone = false
      const { sessionId, uploadUrl, expiresAt } = server.state()
      return { sessionId, uploadUrl, expiresAt, objectPath: '', partBytes }
    },
    look: async () => {
      if (server.isGone) throw refusal(404, 'upload_not_found')
      return server.state()
    },
    complete: async (_id, checksum) => {
      if (held.size < Math.ceil(totalBytes / partBytes)) throw refusal(409, 'upload_incomplete')
      server.checksum = checksum
      return { success: true, file: { size: totalBytes } }
    },
    cancel: async () => ({ success: true }),
    hash: async () => 'f'.repeat(64),
    send: async ({ contentRange, bytes, signal, onProgress }) => {
      const [, start] = /^bytes (\d+)-/.exec(contentRange) ?? []
      const part = Number(start) / partBytes
      await Promise.resolve()
      if (signal.aborted) throw new DOMException('Stopped', 'AbortError')
      const fault = faults.shift()?.(part)
      if (fault) throw fault
      onProgress(bytes.size)
      sent.push(part)
      held.add(part)
    },
    wait: async () => undefined,
  }
  return { server, transport }
}

const aFile = (size: number) => new File([new Uint8Array(size)], 'best.pt')

const anUpload = (size: number, sessionId?: string, change: Partial<Transport> = {}) => {
  const { server, transport } = aServer(size)
  const hooks = { onOpened: vi.fn(), onOver: vi.fn(), onDone: vi.fn() }
  const task = new UploadTask(aFile(size), { ...transport, ...change }, hooks, sessionId)
  const until = (phase: string) => vi.waitFor(() => expect(task.view.phase).toBe(phase))
  return { server, transport, hooks, task, until }
}

test('a file arrives in parts, each once, and is completed with its checksum', async () => {
  const { server, hooks, task, until } = anUpload(95)
  task.start()
  await until('done')
  expect(server.sent.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(server.checksum).toBe('f'.repeat(64))
  expect(task.view).toMatchObject({ sentBytes: 95, totalBytes: 95 })
  expect(hooks.onOpened).toHaveBeenCalledExactlyOnceWith('s1')
  expect(hooks.onOver).toHaveBeenCalledOnce()
  expect(hooks.onDone).toHaveBeenCalledOnce()
})

test('what was received before is not sent again', async () => {
  const { server, task, until } = anUpload(50, 's0')
  for (const part of [0, 1, 3]) server.held.add(part)
  task.start()
  await until('done')
  expect(server.sent.toSorted()).toEqual([2, 4])
  expect(server.sessions).toBe(0)
})

test('a dropped connection and a fault of the server are waited out, and the part is sent again', async () => {
  const wait = vi.fn(async () => undefined)
  const { server, task, until } = anUpload(50, undefined, { wait })
  server.faults.push(noAnswer, () => refusal(503, 'store_unavailable'), noAnswer)
  task.start()
  await until('done')
  expect(server.sent.length).toBe(5)
  expect(wait).toHaveBeenCalledTimes(3)
})

test('when the hour of an address is over, a fresh one is asked for', async () => {
  const { server, task, until } = anUpload(50)
  server.faults.push(() => refusal(403, 'signature_invalid'))
  task.start()
  await until('done')
  expect(server.sent.length).toBe(5)
})

test('a pause stops sending, and going on sends the rest only', async () => {
  const { server, transport, task, until } = anUpload(100)
  const send = transport.send
  let paused = false
  const slow: Transport['send'] = async (sending) => {
    if (server.sent.length >= 4 && !paused) {
      paused = true
      task.pause()
    }
    await send(sending)
  }
  Object.assign(task, { transport: { ...transport, send: slow } })
  task.start()
  await until('paused')
  await new Promise((done) => setTimeout(done, 20))
  const before = server.sent.length
  expect(before).toBeLessThan(10)
  task.start()
  await until('done')
  expect(new Set(server.sent).size).toBe(10)
  expect(server.sent.length).toBe(10)
})

test('a session that has ended meanwhile begins anew', async () => {
  const { server, hooks, task, until } = anUpload(30, 's0')
  server.isGone = true
  task.start()
  await until('done')
  expect(server.sessions).toBe(1)
  expect(hooks.onOpened).toHaveBeenCalledWith('s1')
})

test('a refusal ends it with its reason, and trying again goes on', async () => {
  const { server, task, until } = anUpload(50)
  server.faults.push(() => refusal(403, 'storage_limit_exceeded'))
  task.start()
  await until('failed')
  expect(task.view.error).toMatchObject({ reason: 'storage_limit_exceeded' })
  await new Promise((done) => setTimeout(done, 20))
  task.start()
  await until('done')
  expect(server.held.size).toBe(5)
})

test('giving up tells the server, and nothing is kept to go on with', async () => {
  const cancel = vi.fn(async () => ({ success: true as const }))
  const { hooks, task } = anUpload(50, 's7', { cancel })
  await task.cancel()
  expect(cancel).toHaveBeenCalledExactlyOnceWith('s7')
  expect(hooks.onOver).toHaveBeenCalledOnce()
})
