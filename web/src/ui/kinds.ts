import { IconBox, IconDatabase, IconFolder, IconPackageExport } from '@tabler/icons-react'

/** What the things of a library are called and look like, wherever they are told apart. The colours are those of SPEC 9.1 and 10, by their
 *  names in the theme. */
export const kinds = {
  project: { one: 'Project', many: 'Projects', icon: IconFolder, color: 'blue' },
  dataset: { one: 'Dataset', many: 'Datasets', icon: IconDatabase, color: 'green' },
  model: { one: 'Model', many: 'Models', icon: IconBox, color: 'grape' },
  export: { one: 'Export', many: 'Exports', icon: IconPackageExport, color: 'yellow' },
} as const
