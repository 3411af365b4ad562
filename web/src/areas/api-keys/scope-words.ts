import { defaultScopes, type Scope } from '#contract/permissions.ts'

/** What each scope lets a key do, as the create dialog and the key cards say it. */
export const scopeWords: Record<Scope, { label: string; grants: string }> = {
  training: { label: 'Training', grants: 'Stream training runs, read their state and cancel them' },
  models: { label: 'Models', grants: 'List, upload, download and delete models and their projects' },
  datasets: { label: 'Datasets', grants: 'Read and change datasets and what is in them' },
  read: { label: 'Read', grants: 'Read everything in the workspace' },
  write: { label: 'Write', grants: 'Change everything in the workspace; includes the three above' },
  admin: { label: 'Admin', grants: 'Change settings, create and revoke keys. Never included in another' },
}

/** The scopes a key acts with: what was chosen, else the default set. */
export const effectiveScopes = (scopes: readonly Scope[] | undefined): readonly Scope[] =>
  scopes?.length ? scopes : defaultScopes
