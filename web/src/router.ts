import type { QueryClient } from '@tanstack/react-query'
import { createRouter, parseSearchWith, stringifySearchWith } from '@tanstack/react-router'
import { routeTree } from './routeTree.gen.ts'

/** Search parameters stay the strings they are: a six-digit code or a token must never become a number. */
export const makeRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    parseSearch: parseSearchWith((value) => value),
    stringifySearch: stringifySearchWith(String),
    defaultPreload: 'intent',
    // Queries have their own idea of freshness.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  })
