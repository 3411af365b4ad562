import { SimpleGrid, TextInput } from '@mantine/core'
import { type ClipboardEvent, useState } from 'react'
import { type SocialPlatform, socialPlatforms, toHandle } from '#contract/socials.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import type { Settings } from '../queries.ts'
import { SavedMark } from './saved-mark.tsx'
import { SettingsCard } from './settings-card.tsx'
import { useAutosave } from './use-autosave.ts'

const labels: Record<SocialPlatform, string> = {
  github: 'GitHub',
  linkedin: 'LinkedIn',
  twitter: 'X',
  youtube: 'YouTube',
  scholar: 'Google Scholar',
  discord: 'Discord',
  website: 'Website',
}

/** What stands before the handle in its address, shortened where it is long, and how a handle looks. */
const shapes: Record<SocialPlatform, { prefix: string; example: string }> = {
  github: { prefix: 'github.com/', example: 'username' },
  linkedin: { prefix: 'linkedin.com/in/', example: 'profile-name' },
  twitter: { prefix: 'x.com/', example: 'username' },
  youtube: { prefix: 'youtube.com/@', example: 'channel' },
  scholar: { prefix: '…/citations?user=', example: 'user id' },
  discord: { prefix: '@', example: 'username' },
  website: { prefix: 'https://', example: 'example.com' },
}

const handlesOf = ({ socials }: Settings) =>
  Object.fromEntries(socialPlatforms.map((platform) => [platform, socials[platform] ?? ''])) as Record<
    SocialPlatform,
    string
  >

/** Seven handles, each behind the start of its address. A pasted address is cut down to its handle. */
export const SocialLinksCard = ({ settings, mayEdit }: { settings: Settings; mayEdit: boolean }) => {
  const [initial] = useState(() => handlesOf(settings))
  const { set, fieldOf, state, failure, retry } = useAutosave(initial, labels)
  const cut = (platform: SocialPlatform, text: string) => set(platform, toHandle(platform, text))
  const paste = (platform: SocialPlatform) => (event: ClipboardEvent<HTMLInputElement>) => {
    const { value, selectionStart, selectionEnd } = event.currentTarget
    // Into a text that stays around it, a paste is an edit like any other, and looked at when the field is left.
    if (!mayEdit || (selectionEnd ?? 0) - (selectionStart ?? 0) !== value.length) return
    event.preventDefault()
    cut(platform, event.clipboardData.getData('text'))
  }
  return (
    <SettingsCard
      id="social-links"
      title="Social links"
      lead="Shown on the public profile. Whole addresses can be pasted."
      beside={<SavedMark state={state} onRetry={retry} />}
    >
      <ErrorNote error={failure} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {socialPlatforms.map((platform) => (
          <TextInput
            key={platform}
            {...fieldOf(platform)}
            placeholder={shapes[platform].example}
            readOnly={!mayEdit}
            onBlur={(event) => cut(platform, event.currentTarget.value)}
            onPaste={paste(platform)}
            inputContainer={(input) => (
              <div className="gh-prefixed">
                <span aria-hidden>{shapes[platform].prefix}</span>
                {input}
              </div>
            )}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
          />
        ))}
      </SimpleGrid>
    </SettingsCard>
  )
}
