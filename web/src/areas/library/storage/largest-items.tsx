import { Badge, Box, Group, Text, Title } from '@mantine/core'
import { bytes } from '../../../ui/bytes.ts'
import { kinds } from '../../../ui/kinds.ts'
import { TextLink } from '../../../ui/link-button.tsx'
import type { Breakdown } from './queries.ts'

type Item = Breakdown['topItems'][number]

/** The ten that take most, each with a bar against the first. */
export const LargestItems = ({ items, username }: { items: Item[]; username: string }) => {
  const largest = items[0]?.sizeBytes ?? 0
  if (largest === 0) return null
  return (
    <section aria-labelledby="largest-title">
      <Title order={3} mb={6} id="largest-title">
        {items.length === 1 ? 'Largest item' : `The ${items.length} largest items`}
      </Title>
      <Box component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {items.map((item) => (
          <Box component="li" key={item._id} py={7} style={{ borderTop: '1px solid var(--gh-border)' }}>
            <Group gap={8} wrap="nowrap" fz="sm">
              <Badge size="sm" color={kinds[item.type].color} w={62} style={{ flexShrink: 0 }}>
                {kinds[item.type].one}
              </Badge>
              <Text fz="sm" component="div" truncate miw={0} flex={1}>
                <ItemName item={item} username={username} />
                {item.type === 'model' && item.parentName && (
                  <Text span fz="xs" c="dimmed" ml={6}>
                    in {item.parentName}
                  </Text>
                )}
              </Text>
              <Text fz="sm" className="gh-tabular" style={{ whiteSpace: 'nowrap' }}>
                {bytes(item.sizeBytes)}
              </Text>
            </Group>
            <div className="gh-share" style={{ width: `${(100 * item.sizeBytes) / largest}%` }} aria-hidden />
          </Box>
        ))}
      </Box>
    </section>
  )
}

const ItemName = ({ item, username }: { item: Item; username: string }) => {
  const { type, name, slug, parentSlug, projectSlug } = item
  if (type === 'dataset' && slug)
    return (
      <TextLink to="/$username/datasets/$dataset" params={{ username, dataset: slug }} inherit>
        {name}
      </TextLink>
    )
  // An export stands on the page of its model.
  const [project, model] = type === 'export' ? [projectSlug, parentSlug] : [parentSlug, slug]
  if (!project || !model) return name
  return (
    <TextLink to="/$username/$project/$model" params={{ username, project, model }} inherit>
      {name}
    </TextLink>
  )
}
