import { readdir } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { type Begun, begin, complete, send } from '../uploads.ts'

/** Makes a dataset of that person. */
export const aDataset = async (
  { call }: Pick<Person, 'call'>,
  slug: string,
  more: Record<string, unknown> = {},
): Promise<string> => {
  const reply = await call('POST', '/api/datasets', { slug, visibility: 'private', ...more })
  expect(reply.statusCode, reply.body).toBe(201)
  return reply.json().datasetId
}

/** Uploads a file for a dataset, whole, and completes it. */
export const uploaded = async (
  house: TestHouse,
  person: Pick<Person, 'call'>,
  datasetId: string,
  filename: string,
  file: Buffer,
  assetType = 'datasets',
): Promise<string> => {
  const reply = await begin(person.call, datasetId, file.length, { filename, assetType })
  expect(reply.statusCode, reply.body).toBe(200)
  const begun: Begun = reply.json()
  expect((await send(house, begun.uploadUrl, file)).statusCode).toBe(200)
  expect((await complete(person, begun.sessionId)).statusCode).toBe(200)
  return begun.sessionId
}

export const ingest = (
  { call }: Pick<Person, 'call'>,
  datasetId: string,
  sessionId: string,
  options: Record<string, unknown> = {},
) => call('POST', '/api/datasets/ingest', { datasetId, sessionId, ...options })

export const shown = async ({ call }: Pick<Person, 'call'>, datasetId: string) =>
  (await call('GET', `/api/datasets/${datasetId}`)).json().dataset

/** Uploads, takes in, and says how the dataset stands then. */
export const takenIn = async (
  house: TestHouse,
  person: Pick<Person, 'call'>,
  datasetId: string,
  filename: string,
  file: Buffer,
  options: Record<string, unknown> = {},
) => {
  const sessionId = await uploaded(house, person, datasetId, filename, file)
  const reply = await ingest(person, datasetId, sessionId, options)
  expect(reply.statusCode, reply.body).toBe(201)
  await house.runJobs()
  return shown(person, datasetId)
}

const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.parentPath)

/** Everything that is stored of datasets in the first cell: rows, files, and what was counted for them. */
export const tracesOf = async (house: TestHouse, workspaceId: string) => {
  const { pool } = house.cells.get('us-1')
  const count = async (text: string): Promise<number> =>
    Number((await pool.query(`select count(*) as n from ${text}`)).rows[0].n)
  const { rows } = await pool.query('select dataset_bytes::float8 as bytes from workspaces where id = $1', [
    workspaceId,
  ])
  return {
    images: await count('dataset_images'),
    files: await count('image_files'),
    uploads: await count('uploads'),
    labels: await count('dataset_job_labels'),
    counted: rows[0].bytes,
    stored:
      (await filesBelow(`${house.filesDir}/us/images`)).length +
      (await filesBelow(`${house.filesDir}/us/uploads`)).length,
  }
}

export const nothing = { images: 0, files: 0, uploads: 0, labels: 0, counted: 0, stored: 0 }
