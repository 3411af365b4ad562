import type { FastifyInstance } from 'fastify'
import type { House } from '../../house.ts'
import { datasetsRoutes } from './datasets/routes.ts'
import { deploymentsRoutes } from './deployments/routes.ts'
import { exploreRoutes } from './explore/routes.ts'
import { exportsRoutes } from './exports/routes.ts'
import type { ReadCharts } from './models/list-models.ts'
import { modelsRoutes } from './models/routes.ts'
import { projectsRoutes } from './projects/routes.ts'
import { searchRoutes } from './search/routes.ts'

/** `readCharts` is training's answer to how the metrics of models went. */
export const libraryRoutes = (app: FastifyInstance, house: House, readCharts: ReadCharts): void => {
  projectsRoutes(app, house, readCharts)
  modelsRoutes(app, house, readCharts)
  datasetsRoutes(app, house)
  exportsRoutes(app, house)
  deploymentsRoutes(app, house)
  exploreRoutes(app, house)
  searchRoutes(app, house)
}
