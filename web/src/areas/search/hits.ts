import type { Found } from './queries.ts'

export type Hit = { id: string; title: string; detail?: string; href: string }
export type HitGroup = { heading: string; hits: Hit[] }

/** What was found as a list to walk through: groups in a fixed order, empty ones left out. Only pages that this app has are offered, and
 *  datasets only once `isPage` knows theirs. */
export const groupsOf = (found: Found, username: string, isPage: (path: string) => boolean): HitGroup[] => {
  const groups: HitGroup[] = [
    {
      heading: 'Pages',
      hits: found.pages
        .filter(({ path }) => isPage(path.split('?')[0] ?? path))
        .map(({ title, path }) => ({ id: `page-${path}`, title, href: path })),
    },
    {
      heading: 'Projects',
      hits: found.projects.map(({ _id, name, slug }) => ({
        id: _id,
        title: name,
        href: `/${username}/${slug}`,
      })),
    },
    {
      heading: 'Models',
      hits: found.models.map(({ _id, name, slug, projectSlug }) => ({
        id: _id,
        title: name,
        detail: projectSlug,
        href: `/${username}/${projectSlug}/${slug}`,
      })),
    },
    {
      heading: 'Datasets',
      hits: isPage('/datasets')
        ? found.datasets.map(({ _id, name, slug }) => ({
            id: _id,
            title: name,
            href: `/${username}/datasets/${slug}`,
          }))
        : [],
    },
    {
      heading: 'Deployments',
      hits: found.deployments.map(({ _id, name }) => ({ id: _id, title: name, href: '/deployments' })),
    },
  ]
  return groups.filter(({ hits }) => hits.length > 0)
}

/** The next place when somebody presses an arrow key; it goes round. */
export const stepFrom = (index: number, step: 1 | -1, count: number): number =>
  count === 0 ? -1 : (index + step + count) % count
