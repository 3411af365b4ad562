import { Text } from '@mantine/core'
import type { Region } from '#contract/common.ts'
import { regions } from '#contract/regions.ts'
import { SettingsCard } from './settings-card.tsx'

/** Where the workspace's data stands. To be read only: a move is the operator's work. */
export const DataRegionCard = ({ region }: { region: Region }) => (
  <SettingsCard id="data-region" title="Data region">
    <Text fw={560}>{regions[region].label}</Text>
    <Text c="dimmed" fz="sm">
      {regions[region].location}. Projects, models and training data of this workspace are kept there. To have
      them moved, ask the people who run this installation.
    </Text>
  </SettingsCard>
)
