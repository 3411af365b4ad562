import { Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useCases } from '#contract/profile-fields.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { TextLink } from '../../../ui/link-button.tsx'
import type { Settings } from '../queries.ts'
import { IconEditor } from './icon-editor.tsx'
import { SavedMark } from './saved-mark.tsx'
import { SettingsCard } from './settings-card.tsx'
import { useAutosave } from './use-autosave.ts'

const labels = {
  displayName: 'Display name',
  company: 'Company',
  useCase: 'Use case',
  bio: 'Bio',
  iconColor: 'Colour',
  iconLetter: 'Initials',
}

/** Name, icon and a few words. There is no button: what is typed is kept. */
export const ProfileCard = ({ settings, mayEdit }: { settings: Settings; mayEdit: boolean }) => {
  // What the server had when the card opened; later answers must not overwrite what is being typed.
  const [initial] = useState(() => ({
    displayName: settings.displayName,
    company: settings.company,
    useCase: settings.useCase,
    bio: settings.bio,
    iconColor: settings.iconColor ?? '',
    iconLetter: settings.iconLetter ?? '',
  }))
  const { values, set, fieldOf, state, failure, retry } = useAutosave(initial, labels)
  const readOnly = !mayEdit
  const profileLink = (
    <TextLink to="/$username" params={{ username: settings.username }} inherit underline="always">
      public profile
    </TextLink>
  )
  return (
    <SettingsCard
      id="profile"
      title="Profile"
      lead={
        mayEdit ? (
          <>Anybody can see this on the {profileLink}.</>
        ) : (
          <>Owners and admins can change this. Anybody can see it on the {profileLink}.</>
        )
      }
      beside={<SavedMark state={state} onRetry={retry} />}
    >
      <Stack>
        <ErrorNote error={failure} />
        <IconEditor
          name={values.displayName}
          color={values.iconColor}
          letter={values.iconLetter}
          imageUrl={settings.imageUrl}
          onColor={(value) => set('iconColor', value)}
          letterField={{ ...fieldOf('iconLetter'), readOnly }}
          mayEdit={mayEdit}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput {...fieldOf('displayName')} readOnly={readOnly} autoComplete="name" />
          <TextInput
            label="Username"
            value={settings.username}
            readOnly
            variant="filled"
            description="Permanent: your projects’ addresses hold it."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
          <TextInput {...fieldOf('company')} readOnly={readOnly} autoComplete="organization" />
          <Select
            label={labels.useCase}
            placeholder="Choose one"
            data={[...useCases]}
            clearable
            readOnly={readOnly}
            value={values.useCase || null}
            onChange={(value) => set('useCase', value ?? '')}
          />
        </SimpleGrid>
        <Textarea
          {...fieldOf('bio')}
          readOnly={readOnly}
          autosize
          minRows={3}
          maxRows={8}
          description={`${values.bio.trim().length} of 500`}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
        />
      </Stack>
    </SettingsCard>
  )
}
