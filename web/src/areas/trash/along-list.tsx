import { Box, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { bytes } from '../../ui/bytes.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { alongQuery, type TrashItem } from './queries.ts'
import { TypeIcon } from './type-icon.tsx'

/** The models that lie in the trash with their project. They come back and go with it, so nothing can be done to one alone. */
export const AlongList = ({ project }: { project: TrashItem }) => {
  const models = useInfiniteQuery(alongQuery(project._id))
  if (models.isPending) return <Skeleton h={52} aria-hidden />
  if (models.error && !models.data) return <ErrorNote error={models.error} />
  return (
    <Stack gap={6} className="gh-along">
      <Box component="ul" m={0} p={0} aria-label={`Models of ${project.name}`} style={{ listStyle: 'none' }}>
        {models.data?.pages
          .flatMap(({ items }) => items)
          .map(({ _id, name, sizeBytes }) => (
            <Group key={_id} component="li" gap={8} py={4} wrap="nowrap">
              <TypeIcon type="model" size={22} />
              <Text fz="sm" truncate miw={0}>
                {name}
              </Text>
              <Text fz="sm" c="dimmed" ml="auto" className="gh-tabular" style={{ whiteSpace: 'nowrap' }}>
                {bytes(sizeBytes)}
              </Text>
            </Group>
          ))}
      </Box>
      <ErrorNote error={models.error} />
      {models.hasNextPage && (
        <Button
          variant="default"
          size="compact-xs"
          w="fit-content"
          onClick={() => void models.fetchNextPage()}
          loading={models.isFetchingNextPage}
        >
          Show more
        </Button>
      )}
      <Text fz="xs" c="dimmed">
        They come back, or go, together with the project.
      </Text>
    </Stack>
  )
}
