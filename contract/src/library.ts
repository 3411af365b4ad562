/* Projects and models under one name, for the pages that show both. */
export * from './models.ts'
export * from './projects.ts'
