import { Badge, Group, Stack, Text } from '@mantine/core'
import type { Model } from '../library/queries.ts'
import { VisibilityBadge } from '../library/visibility-badge.tsx'

/** What a model is, below its name: task and size in a line, its description, and under which licence. */
export const ModelLead = ({ model, measured }: { model: Model; measured: string[] }) => {
  const facts = [
    model.task,
    model.version && `version ${model.version}`,
    ...measured,
    model.datasetSlug && `trained on ${model.datasetSlug}`,
  ].filter(Boolean)
  return (
    <Stack gap={8}>
      {facts.length > 0 && <Text fz="sm">{facts.join(' · ')}</Text>}
      {model.description && (
        <Text style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{model.description}</Text>
      )}
      <Group gap={6}>
        <VisibilityBadge visibility={model.visibility} />
        {model.license && (
          <Badge variant="light" color="gray">
            {model.license}
          </Badge>
        )}
      </Group>
    </Stack>
  )
}
