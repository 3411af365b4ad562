import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import type { LightMyRequestResponse } from 'fastify'
import { datasets } from '../src/areas/library/table.ts'
import { makeId } from '../src/crypto/token.ts'
import type { Caller, Person } from './people.ts'
import { aStranger } from './people.ts'
import type { TestHouse } from './test-house.ts'

export type Begun = { sessionId: string; uploadUrl: string; partBytes: number; objectPath: string }

/** A dataset of that workspace in the first cell, private and empty. */
export const anEmptyDataset = async (house: TestHouse, workspaceId: string): Promise<string> => {
  const at = house.clock.now()
  const id = makeId(at)
  await house.cells
    .get('us-1')
    .db.insert(datasets)
    .values({
      id,
      workspaceId,
      slug: `set-${randomBytes(5).toString('hex')}`,
      name: 'Set',
      task: 'detect',
      classNames: [],
      visibility: 'private',
      status: 'processing',
      createdAt: at,
      updatedAt: at,
    })
  return id
}

/** Begins an upload to a dataset, by whoever calls. */
export const begin = (
  call: Caller,
  assetId: string,
  totalBytes: number,
  more: Record<string, unknown> = {},
): Promise<LightMyRequestResponse> =>
  call('POST', '/api/upload/signed-url', {
    assetType: 'datasets',
    assetId,
    filename: 'set.zip',
    contentType: 'application/zip',
    totalBytes,
    ...more,
  })

/** Sends bytes to a signed address as anybody could who has it. */
export const send = (
  house: TestHouse,
  uploadUrl: string,
  bytes: Buffer,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> => {
  const { pathname, search } = new URL(uploadUrl)
  return aStranger(house)('PUT', pathname + search, bytes, {
    'content-type': 'application/octet-stream',
    ...headers,
  })
}

/** Sends one part of a file. */
export const sendPart = (
  house: TestHouse,
  { uploadUrl, partBytes }: Pick<Begun, 'uploadUrl' | 'partBytes'>,
  file: Buffer,
  number: number,
): Promise<LightMyRequestResponse> => {
  const start = number * partBytes
  const bytes = file.subarray(start, start + partBytes)
  return send(house, uploadUrl, bytes, {
    'content-range': `bytes ${start}-${start + bytes.length - 1}/${file.length}`,
  })
}

/** The files of a house on disk, by their keys, without those half written. */
export const storedUnder = async (house: TestHouse, objectPath: string): Promise<string[]> => {
  const names = await readdir(`${house.filesDir}/us/${objectPath}`).catch(() => [])
  return names.sort()
}

export const complete = (
  { call }: Pick<Person, 'call'>,
  sessionId: string,
  checksum?: string,
): Promise<LightMyRequestResponse> =>
  call('POST', '/api/upload/complete', { sessionId, ...(checksum ? { checksum } : {}) })
