import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/dataset-contents.ts'
import { bySessionOrKey, reader } from '../../../door/access.ts'
import type { Actor } from '../../../door/actor.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { exportLink, versionUrl } from './export-dataset.ts'
import { beginIngest } from './ingest/begin-ingest.ts'
import { listImages } from './list-images.ts'
import { findDatasetByPath, findNamedDataset, findOwnDataset } from './seen-dataset.ts'
import { describeVersion, listVersions, makeVersion } from './versions.ts'

const tag = 'Datasets'
/** Names for 25,000 classes. */
const bodyBytesMax = 8 * 2 ** 20

/** What comes out of datasets. */
export const contentsRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house
  const read = { access: reader('datasets', 'read'), rate: 'default', tag } as const
  const hydrate = { ...read, rate: 'hydrate' } as const
  const exporting = { ...read, rate: 'export' } as const
  const versioning = { access: bySessionOrKey('datasets.version', 'datasets'), rate: 'export', tag } as const

  const ingesting = {
    access: bySessionOrKey('training.run', 'datasets'),
    rate: 'upload',
    tag,
    bodyBytesMax,
  } as const

  route(app, contract.ingestDataset, ingesting, async ({ actor, body }) => {
    const { datasetId, owner: _owner, ...asked } = body
    const { dataset } = await findOwnDataset(house, actor, datasetId)
    return { jobId: await beginIngest(actor, dataset.id, asked, clock.now()), status: 'queued' }
  })
  route(app, contract.ingestDatasetByPath, ingesting, async ({ actor, params, body }) => {
    const { dataset } = await findOwnDataset(house, actor, params.dataset)
    return { jobId: await beginIngest(actor, dataset.id, body, clock.now()), status: 'queued' }
  })

  route(app, contract.listDatasetImages, hydrate, async ({ actor, params, query }) =>
    listImages(house, await findNamedDataset(house, actor, params.id), query, clock.now()),
  )
  route(app, contract.listDatasetImagesByPath, hydrate, async ({ actor, params, query }) =>
    listImages(house, await findDatasetByPath(house, actor, params), query, clock.now()),
  )

  route(app, contract.listVersions, read, async ({ actor, params, query }) => {
    const { cell, dataset } = await findNamedDataset(house, actor, params.id)
    return listVersions(cell.db, dataset.id, query)
  })
  route(app, contract.listVersionsByPath, read, async ({ actor, params, query }) => {
    const { cell, dataset } = await findDatasetByPath(house, actor, params)
    return listVersions(cell.db, dataset.id, query)
  })

  route(app, contract.exportDataset, exporting, async ({ actor, params, query }) =>
    exportLink(house, await findNamedDataset(house, actor, params.id), query.v, clock.now()),
  )
  route(app, contract.exportDatasetByPath, exporting, async ({ actor, params, query }) =>
    exportLink(house, await findDatasetByPath(house, actor, params), query.v, clock.now()),
  )

  const keep = async (actor: Actor, idOrSlug: string, description: string | undefined) => {
    const seen = await findOwnDataset(house, actor, idOrSlug)
    const { version, reused } = await makeVersion(actor, seen.dataset.id, description, clock.now())
    const downloadUrl = versionUrl(house, seen, version, clock.now())
    return { version: version.version, downloadUrl, ...(reused ? { reused } : {}) }
  }
  route(app, contract.versionDataset, versioning, ({ actor, params, body }) =>
    keep(actor, params.id, body.description),
  )
  route(app, contract.versionDatasetByPath, versioning, ({ actor, params, body }) =>
    keep(actor, params.dataset, body.description),
  )

  const describe = async (
    actor: Actor,
    idOrSlug: string,
    wanted: { version: number; description: string },
  ) => {
    const { dataset } = await findOwnDataset(house, actor, idOrSlug)
    await describeVersion(actor, dataset.id, wanted)
    return { ok: true } as const
  }
  route(app, contract.describeVersion, versioning, ({ actor, params, body }) =>
    describe(actor, params.id, body),
  )
  route(app, contract.describeVersionByPath, versioning, ({ actor, params, body }) =>
    describe(actor, params.dataset, body),
  )
}
