import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { Broken, NotFound } from '../ui/dead-ends.tsx'

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: Broken,
})

function Root() {
  return (
    <>
      <a className="gh-skip" href="#content">
        Skip to content
      </a>
      <Outlet />
    </>
  )
}
