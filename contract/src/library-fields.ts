import { z } from 'zod'

/* Fields that projects, models and what comes of them share. */

export const Visibility = z.enum(['public', 'private'])

/** One path segment: a resource id, a username or a slug, told apart as SPEC 15.1 says. */
export const Segment = z.string().min(1).max(128)

/** What something is called. */
export const Title = z.string().trim().min(1).max(100)

export const Description = z.string().trim().max(10_000)

/** An SPDX name or another short one; empty takes it away. */
export const License = z
  .string()
  .trim()
  .max(100)
  .regex(/^([A-Za-z0-9][A-Za-z0-9 .+()_-]*)?$/, 'must be the name of a licence, such as AGPL-3.0')

/** The licence of what Enterprise workspaces make (SPEC 15.4). */
export const enterpriseLicense = 'Ultralytics-Enterprise'

/** Whether copies must stay under this licence. */
export const isCopyleft = (license: string): boolean =>
  /^(a?gpl|lgpl|mpl|epl|eupl|osl|cddl|odbl|cc[ -]by(-nc)?-sa)(?![a-z])/i.test(license)

export const IconColor = z
  .string()
  .max(50)
  .regex(/^(#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,30})?$/, 'must be a CSS colour such as #4c6ef5')

export const IconLetter = z.string().trim().max(2, 'must be at most 2 characters')

/** A value of whatever shape that takes at most so many bytes as JSON. */
export const withinBytes = <T extends z.ZodType>(shape: T, bytesMax: number) =>
  shape.refine(
    (value) => new TextEncoder().encode(JSON.stringify(value)).length <= bytesMax,
    `must take at most ${bytesMax / 1024} KiB as JSON`,
  )

/** An open map of at most so many bytes. */
export const bounded = (bytesMax: number) => withinBytes(z.record(z.string().max(256), z.unknown()), bytesMax)

/** How lists of one's own are sorted: `count` is the number of models in a project or of images in a dataset, `fitness` the best a model
 *  reached. */
export const projectSorts = [
  'updated',
  'newest',
  'oldest',
  'name-asc',
  'name-desc',
  'stars',
  'count-desc',
] as const
export type ProjectSort = (typeof projectSorts)[number]

export const datasetSorts = [...projectSorts] as const
export type DatasetSort = ProjectSort

export const modelSorts = [
  'newest',
  'oldest',
  'updated',
  'name-asc',
  'name-desc',
  'fitness',
  'stars',
] as const
export type ModelSort = (typeof modelSorts)[number]

/** What a list is searched for: anywhere within names. */
export const ListSearch = z.string().trim().max(100)

/** How many rows from the first can be reached by offset (SPEC 15.2). */
export const listReachMax = 10_000

/** Where a page of a list begins. */
export const ListOffset = z.coerce.number().int().min(0).max(listReachMax)
