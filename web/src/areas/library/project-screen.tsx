import { Badge, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconBox, IconSearch } from '@tabler/icons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import type { ModelSort } from '#contract/library-fields.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Page } from '../../ui/page.tsx'
import { useVisitorMay } from '../accounts/visitor.ts'
import { Crumbs } from './crumbs.tsx'
import { ListBar, ListPages } from './list-bar.tsx'
import type { ListSearch } from './list-search.ts'
import { modelSortWords } from './list-sorts.ts'
import { ModelTable } from './model-table.tsx'
import { ProjectActions } from './project-actions.tsx'
import { ProjectIcon } from './project-icon.tsx'
import { modelListQuery, modelsShown, type Project, projectByPathQuery } from './queries.ts'
import { VisibilityBadge } from './visibility-badge.tsx'

type Props = {
  username: string
  project: string
  search: ListSearch<ModelSort>
  onSearch: (search: ListSearch<ModelSort>) => void
}

export const ProjectScreen = ({ username, project: slug, search, onSearch }: Props) => {
  const { data } = useSuspenseQuery(projectByPathQuery(username, slug))
  const { project } = data
  const models = useQuery(modelListQuery(username, slug, search))
  const nothing = models.data?.total === 0
  return (
    <Page
      title={project.name}
      above={<Crumbs username={project.username} />}
      mark={<ProjectIcon project={project} size={44} />}
      badge={
        <Group gap={6}>
          <VisibilityBadge visibility={project.visibility} />
          {project.archived && (
            <Badge variant="default" size="sm">
              Archived
            </Badge>
          )}
        </Group>
      }
      lead={<About project={project} />}
      beside={<ProjectActions project={project} />}
    >
      {!(nothing && !search.q) && (
        <ListBar what="models" search={search} sorts={modelSortWords} onChange={onSearch} />
      )}
      {models.isPending && <Skeleton h={240} radius="lg" aria-hidden />}
      {models.error && !models.data && (
        <ErrorState error={models.error} onRetry={() => void models.refetch()} />
      )}
      {nothing && (search.q ? <NothingFound q={search.q} /> : <NothingYet project={project} />)}
      {models.data && !nothing && (
        <div aria-busy={models.isPlaceholderData}>
          <ModelTable models={models.data.models} />
        </div>
      )}
      {models.data && (
        <ListPages
          what="models"
          search={search}
          total={models.data.total}
          size={modelsShown}
          onChange={onSearch}
        />
      )}
    </Page>
  )
}

const About = ({ project }: { project: Project }) => (
  <Stack gap={8}>
    {project.description && (
      <Text style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{project.description}</Text>
    )}
    {(project.license || project.tags.length > 0) && (
      <Group gap={6}>
        {project.license && (
          <Badge variant="light" color="gray">
            {project.license}
          </Badge>
        )}
        {project.tags.map((tag) => (
          <Badge key={tag} variant="default">
            {tag}
          </Badge>
        ))}
      </Group>
    )}
  </Stack>
)

const NothingFound = ({ q }: { q: string }) => (
  <EmptyState icon={IconSearch} title="Nothing matches">
    No model in this project has “{q}” in its name.
  </EmptyState>
)

const NothingYet = ({ project }: { project: Project }) => {
  const mayEdit = useVisitorMay('library.edit', project.username)
  if (!mayEdit)
    return (
      <EmptyState icon={IconBox} title="No models yet">
        They appear here as soon as one is trained or added.
      </EmptyState>
    )
  const line = `yolo train project=${project.username}/${project.slug} name=train`
  return (
    <EmptyState icon={IconBox} title="No models yet">
      <Stack gap="sm" mt={4}>
        <Text fz="sm">A training run that names this project puts its model here:</Text>
        <CodeBlock code={line} what="the training command" />
        <Text fz="sm">One that was trained elsewhere is added from the menu beside the title.</Text>
      </Stack>
    </EmptyState>
  )
}
