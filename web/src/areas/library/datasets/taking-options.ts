import type { IngestOptions, Split } from '#contract/dataset-fields.ts'

/** How a file is to be taken in, as the form holds it. */
export type Taking = {
  targetSplit: Split | ''
  conflictPolicy: NonNullable<IngestOptions['conflictPolicy']>
  /** Classes of the file, by name or number, and what they become; empty leaves their labels out. */
  mapping: { from: string; to: string }[]
}

export const emptyTaking: Taking = { targetSplit: '', conflictPolicy: 'skip', mapping: [] }

/** The same for the server: what is usual stays unsaid. */
export const optionsOf = ({ targetSplit, conflictPolicy, mapping }: Taking): IngestOptions => {
  const classMapping = Object.fromEntries(
    mapping.filter(({ from }) => from.trim()).map(({ from, to }) => [from.trim(), to.trim()]),
  )
  return {
    ...(targetSplit && { targetSplit }),
    ...(conflictPolicy !== 'skip' && { conflictPolicy }),
    ...(Object.keys(classMapping).length > 0 && { classMapping }),
  }
}
