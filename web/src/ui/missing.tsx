import { notFound } from '@tanstack/react-router'
import { isApiError } from '../api/client.ts'
import { ErrorState } from './error-state.tsx'
import { LinkButton } from './link-button.tsx'
import { useTitle } from './title.ts'

/** For loaders: what the server does not know, or not for this person, is a page that does not exist. */
export const missingOr = (error: unknown): unknown =>
  isApiError(error) && (error.status === 404 || error.status === 400) ? notFound({ data: error }) : error

/** The not-found face of a route whose loader used `missingOr`: leads to the list of what is missing. */
export const Missing = ({ data }: { data?: unknown }) => {
  useTitle('Not found')
  return (
    <ErrorState
      level={1}
      error={data}
      action={
        isApiError(data, 'dataset_not_found') ? (
          <LinkButton to="/datasets" variant="default" mt="xs">
            All datasets
          </LinkButton>
        ) : (
          <LinkButton to="/projects" variant="default" mt="xs">
            All projects
          </LinkButton>
        )
      }
    />
  )
}
