import { Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { regions } from '#contract/regions.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { ThemeChoice } from '../../../ui/theme-choice.tsx'
import { settingsQuery, useMay } from '../queries.ts'
import { ProfileForm } from './profile-form.tsx'

export const ProfileTab = () => {
  const { data: settings, error, refetch } = useQuery(settingsQuery())
  const mayEdit = useMay('workspace.edit')
  if (!settings) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Waiting />
  }
  const region = regions[settings.region]
  return (
    <Stack gap="lg">
      <ProfileForm settings={settings} mayEdit={mayEdit} />
      <Card>
        <Title order={2} fz="h3">
          Data region
        </Title>
        <Text mt="sm" fw={560}>
          {region.label}
        </Text>
        <Text c="dimmed" fz="sm">
          {region.location}. Projects, models and training data of this workspace are kept there; it was
          chosen when the account was made and stays.
        </Text>
      </Card>
      <Card>
        <Group justify="space-between">
          <div>
            <Title order={2} fz="h3">
              Theme
            </Title>
            <Text c="dimmed" fz="sm" mt={4}>
              For this browser.
            </Text>
          </div>
          <div style={{ width: 260 }}>
            <ThemeChoice />
          </div>
        </Group>
      </Card>
    </Stack>
  )
}

const Waiting = () => (
  <Stack aria-hidden>
    <Skeleton h={420} radius="lg" />
    <Skeleton h={120} radius="lg" />
  </Stack>
)
