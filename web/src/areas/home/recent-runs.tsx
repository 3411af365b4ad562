import { Card, Group, Skeleton, Title } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { TextLink } from '../../ui/link-button.tsx'
import { ModelLine } from '../library/model-line.tsx'
import { isLive, modelsQuery, type Project } from '../library/queries.ts'

const projectsLooked = 4
const runsShown = 6

/** The newest runs of the most recently used projects; what is still running comes first. */
export const RecentRuns = ({ projects }: { projects: Project[] }) => {
  const recent = projects
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))
    .filter(({ modelCount }) => modelCount > 0)
    .slice(0, projectsLooked)
  const answers = useQueries({ queries: recent.map(({ _id }) => modelsQuery(_id)) })
  const models = answers
    .flatMap(({ data }) => data?.models ?? [])
    .sort((a, b) => Number(isLive(b)) - Number(isLive(a)) || b.updatedAt.localeCompare(a.updatedAt))
    .slice(0, runsShown)
  const waiting = models.length === 0 && answers.some(({ isPending }) => isPending)
  if (models.length === 0 && !waiting) return null
  return (
    <section>
      <Group justify="space-between" mb="sm">
        <Title order={2}>Recent runs</Title>
        <TextLink to="/projects" fz="sm">
          All projects
        </TextLink>
      </Group>
      {waiting ? (
        <Skeleton h={180} radius="lg" />
      ) : (
        <Card p={0}>
          {models.map((model, index) => (
            <ModelLine key={model._id} model={model} first={index === 0} withProject />
          ))}
        </Card>
      )}
    </section>
  )
}
