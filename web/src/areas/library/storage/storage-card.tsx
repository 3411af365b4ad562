import { Alert, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { bytes } from '../../../ui/bytes.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { TextLink } from '../../../ui/link-button.tsx'
import { useMay } from '../../accounts/queries.ts'
import { LargestItems } from './largest-items.tsx'
import { type Breakdown, type Storage, storageDetailsQuery } from './queries.ts'
import { RecalculateButton } from './recalculate-button.tsx'
import { StorageBar } from './storage-bar.tsx'
import { levelOf } from './storage-level.ts'

/** What the workspace takes, by what, and what would make room. */
export const StorageCard = () => {
  const { data, error, refetch } = useQuery(storageDetailsQuery())
  const mayCount = useMay('workspace.edit')
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data?.breakdown) return <Skeleton h={420} radius="lg" aria-hidden />
  const { usage, breakdown } = data
  return (
    <Card component="section" aria-labelledby="storage-title" p={{ base: 'lg', sm: 'xl' }}>
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start" gap="xl" wrap="nowrap">
          <Title order={2} id="storage-title">
            Storage
          </Title>
          {mayCount && <RecalculateButton />}
        </Group>
        <StorageBar usage={usage} />
        <Advice usage={usage} trash={breakdown.trash} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
          <Categories breakdown={breakdown} />
          <Counts usage={usage} />
        </SimpleGrid>
        <LargestItems items={breakdown.topItems} username={data.username} />
      </Stack>
    </Card>
  )
}

const Advice = ({ usage, trash }: Pick<Storage, 'usage'> & Pick<Breakdown, 'trash'>) => {
  const mayDelete = useMay('trash.manage')
  const words = (
    <>
      {mayDelete ? 'To make room, delete' : 'To make room, editors delete'} datasets, models and exports
      {mayDelete ? ' you no longer need, then ' : ' that are no longer needed, then '}
      <TextLink to="/settings" search={{ tab: 'trash' }} inherit underline="always">
        empty the trash
      </TextLink>
      : what lies there counts until it is gone
      {trash.bytes > 0 && `, ${bytes(trash.bytes)} right now`}.
    </>
  )
  if (usage.storage.limit === 0 || levelOf(usage.storage.percent) === 'roomy')
    return (
      <Text fz="sm" c="dimmed">
        {words}
      </Text>
    )
  const isFull = levelOf(usage.storage.percent) === 'full'
  return (
    <Alert
      color={isFull ? 'red' : 'yellow'}
      variant="light"
      icon={<IconInfoCircle size={18} />}
      title="Make room in time"
    >
      <Text fz="sm">{words}</Text>
    </Alert>
  )
}

const Categories = ({ breakdown: { byCategory, trash } }: { breakdown: Breakdown }) => (
  <Facts title="By category">
    <Fact
      name="Datasets"
      note="images, videos, labels, annotations"
      value={bytes(byCategory.datasets.bytes)}
    />
    <Fact name="Models" note="weights" value={bytes(byCategory.models.bytes)} />
    <Fact name="Exports" value={bytes(byCategory.exports.bytes)} />
    {trash.count > 0 && <Fact name="Of these in the trash" value={bytes(trash.bytes)} quiet />}
  </Facts>
)

const Counts = ({ usage }: Pick<Storage, 'usage'>) => (
  <Facts title="How many">
    <Fact name="Projects" value={ofLimit(usage.projects)} />
    <Fact name="Datasets" value={ofLimit(usage.datasets)} />
    <Fact name="Models" value={ofLimit(usage.models)} />
    <Fact name="Images" value={ofLimit(usage.images)} />
    <Fact name="Deployments" value={ofLimit(usage.deployments)} />
  </Facts>
)

const ofLimit = ({ current, limit }: { current: number; limit: number }): string =>
  limit > 0
    ? `${current.toLocaleString('en')} of ${limit.toLocaleString('en')}`
    : current.toLocaleString('en')

const Facts = ({ title, children }: { title: string; children: ReactNode }) => (
  <div>
    <Title order={3} mb={6}>
      {title}
    </Title>
    <dl className="gh-counts">{children}</dl>
  </div>
)

type FactProps = { name: string; note?: string; value: string; quiet?: boolean }

const Fact = ({ name, note, value, quiet = false }: FactProps) => (
  <Text component="div" fz="sm" {...(quiet && { c: 'dimmed' })}>
    <dt>
      {name}
      {note && (
        <Text span fz="xs" c="dimmed" ml={6}>
          {note}
        </Text>
      )}
    </dt>
    <dd className="gh-tabular">{value}</dd>
  </Text>
)
