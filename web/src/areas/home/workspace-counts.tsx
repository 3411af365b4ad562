import { Card, Group, SimpleGrid, Text, ThemeIcon } from '@mantine/core'
import { type Icon, IconBox, IconFolders, IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { apiKeysQuery, useKeysClosedBy } from '../api-keys/queries.ts'
import type { Project } from '../library/queries.ts'

/** What the workspace holds, in numbers. */
export const WorkspaceCounts = ({ projects }: { projects: Project[] }) => {
  const maySeeKeys = !useKeysClosedBy()
  const { data } = useQuery({ ...apiKeysQuery(), enabled: maySeeKeys })
  const keys = data?.keys
  const models = projects.reduce((sum, { modelCount }) => sum + modelCount, 0)
  return (
    <SimpleGrid cols={maySeeKeys ? 3 : 2} spacing={{ base: 'xs', sm: 'md' }}>
      <Count icon={IconFolders} value={projects.length}>
        <Link to="/projects" className="gh-cover-link">
          {projects.length === 1 ? 'Project' : 'Projects'}
        </Link>
      </Count>
      <Count icon={IconBox} value={models}>
        <Link to="/projects" className="gh-cover-link">
          {models === 1 ? 'Model' : 'Models'}
        </Link>
      </Count>
      {maySeeKeys && (
        <Count icon={IconKey} value={keys?.length}>
          <Link to="/settings" search={{ tab: 'api-keys' }} className="gh-cover-link">
            {keys?.length === 1 ? 'API key' : 'API keys'}
          </Link>
        </Count>
      )}
    </SimpleGrid>
  )
}

const Count = ({
  icon: Glyph,
  value,
  children,
}: {
  icon: Icon
  value: number | undefined
  children: ReactNode
}) => (
  <Card className="gh-link-card" p="md">
    <Group gap="md" wrap="nowrap">
      <ThemeIcon variant="light" size={42} radius="md" visibleFrom="xs">
        <Glyph size={21} stroke={1.7} />
      </ThemeIcon>
      <div>
        <Text fz={22} fw={640} lh={1.15} className="gh-tabular">
          {value ?? '–'}
        </Text>
        <Text component="div" fz="sm" c="dimmed">
          {children}
        </Text>
      </div>
    </Group>
  </Card>
)
