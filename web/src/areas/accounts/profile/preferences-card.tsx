import { Button, Divider, Group, Skeleton, Stack, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Preferences } from '#contract/profiles.ts'
import { sentenceOf } from '../../../api/problem.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { ThemeChoice } from '../../../ui/theme-choice.tsx'
import { toast } from '../../../ui/toast.tsx'
import { type PreferencesChange, preferencesQuery, useChangePreferences } from '../profile-queries.ts'
import { SettingsCard } from './settings-card.tsx'
import { useTheme } from './theme.ts'

const mails = [
  { key: 'trainingComplete', label: 'Training complete', about: 'When a training run completes or fails.' },
  { key: 'deploymentStatus', label: 'Deployment status', about: 'When a deployment starts, stops or fails.' },
  { key: 'productUpdates', label: 'Product updates', about: 'What is new, now and then.' },
] as const

/** Theme, mail and early access of the person; the same in every workspace. Each switch is kept as it is turned. */
export const PreferencesCard = () => {
  const { data, error, refetch } = useQuery(preferencesQuery())
  const { theme, setTheme } = useTheme()
  return (
    <SettingsCard id="preferences" title="Preferences" lead="Yours, in every workspace and browser.">
      <Stack gap="lg">
        <Group justify="space-between" gap="xs">
          <Text fz="sm" fw={560}>
            Theme
          </Text>
          <div style={{ width: 260 }}>
            <ThemeChoice value={theme} onChange={setTheme} />
          </div>
        </Group>
        {data && <Switches kept={data} />}
        {!data && error && (
          <>
            <ErrorNote error={error} />
            <Button variant="default" w="fit-content" onClick={() => void refetch()}>
              Try again
            </Button>
          </>
        )}
        {!data && !error && <Skeleton h={220} aria-hidden />}
      </Stack>
    </SettingsCard>
  )
}

const Switches = ({ kept }: { kept: Preferences }) => {
  const change = useChangePreferences()
  const turn = (part: PreferencesChange) =>
    change.mutate(part, {
      onError: (error) => toast(`That was not kept. ${sentenceOf(error)}`, { failed: true }),
    })
  return (
    <>
      <Divider color="var(--gh-border)" />
      <Stack component="fieldset" gap="md" m={0} p={0} bd={0} miw={0}>
        <Text component="legend" fz="sm" fw={560} p={0} mb="md">
          Mail
        </Text>
        {mails.map(({ key, label, about }) => (
          <Choice
            key={key}
            label={label}
            about={about}
            checked={kept.mail[key]}
            onTurn={(on) => turn({ mail: { [key]: on } })}
          />
        ))}
        <Choice
          label="Billing alerts"
          about="Always on: failed payments and expiring plans need an answer."
          checked
        />
      </Stack>
      <Divider color="var(--gh-border)" />
      <Choice
        label="Early access"
        about="Try features before they are finished. Goes with you into teams."
        checked={kept.earlyAccess}
        onTurn={(on) => turn({ earlyAccess: on })}
      />
    </>
  )
}

type ChoiceProps = {
  label: string
  about: ReactNode
  checked: boolean
  /** Without it the switch cannot be turned. */
  onTurn?: (on: boolean) => void
}

const Choice = ({ label, about, checked, onTurn }: ChoiceProps) => (
  <Switch
    label={label}
    description={about}
    checked={checked}
    disabled={!onTurn}
    onChange={(event) => onTurn?.(event.currentTarget.checked)}
    labelPosition="left"
    styles={{
      body: { justifyContent: 'space-between' },
      labelWrapper: { flex: 1 },
      label: { paddingInline: 0 },
    }}
  />
)
