import { Anchor, Button, Divider, Group, Stack, Text } from '@mantine/core'
import { regions } from '#contract/regions.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import type { Draft } from './draft.ts'

type Props = {
  draft: Draft
  onEdit: (step: number) => void
  onFinish: () => void
  pending: boolean
  error: unknown
}

export const ReviewStep = ({ draft, onEdit, onFinish, pending, error }: Props) => {
  const region = draft.region && regions[draft.region]
  return (
    <Stack gap="md">
      <Section title="Profile" onEdit={() => onEdit(0)}>
        <Value name="Display name" value={draft.displayName} />
        <Value name="Username" value={draft.username} />
        <Value name="Company" value={draft.company} />
        <Value name="Use case" value={draft.useCase} />
      </Section>
      <Divider color="var(--gh-border)" />
      <Section title="Data region" onEdit={() => onEdit(1)}>
        <Value name="Region" value={region?.label ?? ''} />
        <Value name="Location" value={region?.location ?? ''} />
      </Section>
      <ErrorNote error={error} />
      <Group justify="space-between" mt="sm">
        <Button variant="default" size="md" onClick={() => onEdit(1)}>
          Back
        </Button>
        <Button size="md" onClick={onFinish} loading={pending}>
          Create account
        </Button>
      </Group>
    </Stack>
  )
}

const Section = ({
  title,
  onEdit,
  children,
}: {
  title: string
  onEdit: () => void
  children: React.ReactNode
}) => (
  <div>
    <Group justify="space-between" mb="xs">
      <Text fw={600}>{title}</Text>
      <Anchor
        component="button"
        type="button"
        fz="sm"
        onClick={onEdit}
        aria-label={`Edit ${title.toLowerCase()}`}
      >
        Edit
      </Anchor>
    </Group>
    <Stack component="dl" gap={6} m={0}>
      {children}
    </Stack>
  </div>
)

const Value = ({ name, value }: { name: string; value: string }) => (
  <Group wrap="nowrap" align="baseline" gap="md">
    <Text component="dt" c="dimmed" fz="sm" w={120} style={{ flexShrink: 0 }}>
      {name}
    </Text>
    <Text component="dd" m={0} fz="sm" style={{ overflowWrap: 'anywhere' }} c={value ? undefined : 'dimmed'}>
      {value || 'Not given'}
    </Text>
  </Group>
)
