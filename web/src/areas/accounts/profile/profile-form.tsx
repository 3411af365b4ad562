import { Card, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useCases } from '#contract/accounts.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import type { Settings } from '../queries.ts'
import { IconPicker } from './icon-picker.tsx'
import { SavedMark } from './saved-mark.tsx'
import { type Field, useAutosave, type Values } from './use-autosave.ts'

const labels: Record<Field, string> = {
  displayName: 'Display name',
  company: 'Company',
  useCase: 'Use case',
  bio: 'Bio',
  iconColor: 'Colour',
  iconLetter: 'Initials',
  github: 'GitHub',
  linkedin: 'LinkedIn',
  twitter: 'X',
  youtube: 'YouTube',
  scholar: 'Google Scholar',
  discord: 'Discord',
  website: 'Website',
}

/** Each platform, and the address its value makes. Discord has none. */
const links: { field: Field; placeholder: string; before?: string }[] = [
  { field: 'github', placeholder: 'username', before: 'github.com/' },
  { field: 'linkedin', placeholder: 'profile name', before: 'linkedin.com/in/' },
  { field: 'twitter', placeholder: 'username', before: 'x.com/' },
  { field: 'youtube', placeholder: 'channel handle', before: 'youtube.com/@' },
  { field: 'scholar', placeholder: 'user id', before: 'scholar.google.com/citations?user=' },
  { field: 'discord', placeholder: 'username' },
  { field: 'website', placeholder: 'example.com', before: 'https://' },
]

const valuesOf = (settings: Settings): Values => ({
  displayName: settings.displayName,
  company: settings.company,
  useCase: settings.useCase,
  bio: settings.bio,
  iconColor: settings.iconColor ?? '',
  iconLetter: settings.iconLetter ?? '',
  github: settings.socials.github ?? '',
  linkedin: settings.socials.linkedin ?? '',
  twitter: settings.socials.twitter ?? '',
  youtube: settings.socials.youtube ?? '',
  scholar: settings.socials.scholar ?? '',
  discord: settings.socials.discord ?? '',
  website: settings.socials.website ?? '',
})

/** Profile and social links. There is no button: what is typed is kept. */
export const ProfileForm = ({ settings, mayEdit }: { settings: Settings; mayEdit: boolean }) => {
  // What the server had when the form opened; later answers must not overwrite what is being typed.
  const [opened] = useState(settings)
  const initial = useMemo(() => valuesOf(opened), [opened])
  const { values, set, errorOf, state, failure, retry } = useAutosave(initial, labels)
  const field = (name: Field) => ({
    label: labels[name],
    value: values[name],
    error: errorOf(name),
    readOnly: !mayEdit,
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
  })

  return (
    <>
      <Card>
        <Stack>
          <Group justify="space-between" mih={28}>
            <Title order={2} fz="h3">
              Profile
            </Title>
            <SavedMark state={state} onRetry={retry} />
          </Group>
          {!mayEdit && (
            <Text c="dimmed" fz="sm">
              Owners and admins can change this profile.
            </Text>
          )}
          <ErrorNote error={failure} />
          <IconPicker
            name={values.displayName}
            color={values.iconColor}
            letter={values.iconLetter}
            onColor={(value) => set('iconColor', value)}
            letterField={field('iconLetter')}
            disabled={!mayEdit}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput {...field('displayName')} autoComplete="name" />
            <TextInput
              label="Username"
              value={settings.username}
              readOnly
              variant="filled"
              description="Permanent: your projects’ addresses hold it."
              inputWrapperOrder={['label', 'input', 'description', 'error']}
            />
            <TextInput {...field('company')} autoComplete="organization" />
            <Select
              label={labels.useCase}
              placeholder="Choose one"
              data={[...useCases]}
              clearable
              readOnly={!mayEdit}
              value={values.useCase || null}
              onChange={(value) => set('useCase', value ?? '')}
            />
          </SimpleGrid>
          <Textarea
            {...field('bio')}
            autosize
            minRows={3}
            maxRows={8}
            description={`${values.bio.trim().length} of 500`}
            inputWrapperOrder={['label', 'input', 'error', 'description']}
          />
        </Stack>
      </Card>
      <Card>
        <Title order={2} fz="h3" mb="md">
          Social links
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {links.map(({ field: name, placeholder, before }) => (
            <TextInput
              key={name}
              {...field(name)}
              placeholder={placeholder}
              description={before && values[name] ? before + values[name] : undefined}
              inputWrapperOrder={['label', 'input', 'error', 'description']}
              autoCapitalize="none"
              spellCheck={false}
            />
          ))}
        </SimpleGrid>
      </Card>
    </>
  )
}
