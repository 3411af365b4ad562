/* Projects and models under one name, for the pages that show both. */
export * from './model-copies.ts'
export * from './models.ts'
export * from './projects.ts'
