import { Box, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '../../../ui/error-state.tsx'
import { StorageLink, StorageSummary } from '../../library/storage/storage-summary.tsx'
import { DeleteTeamCard } from '../../workspaces/delete-team-card.tsx'
import { EmailsCard } from '../emails/emails-card.tsx'
import { isOwnWorkspace, settingsQuery, useMay, useMe } from '../queries.ts'
import { SecurityCards } from '../security/security-cards.tsx'
import { type CardLink, CardNav } from './card-nav.tsx'
import { DataRegionCard } from './data-region-card.tsx'
import { OwnSettingsNote } from './own-settings-note.tsx'
import { PreferencesCard } from './preferences-card.tsx'
import { ProfileCard } from './profile-card.tsx'
import { SettingsCard } from './settings-card.tsx'
import { SocialLinksCard } from './social-links-card.tsx'

export const ProfileTab = () => {
  const { data: settings, error, refetch } = useQuery(settingsQuery())
  const me = useMe()
  const mayEditHere = useMay('workspace.edit')
  const mayDelete = useMay('team.delete')
  if (!settings) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Waiting />
  }
  const own = isOwnWorkspace(me)
  const team = settings.accountType === 'team'
  const { id } = me.workspace
  // Members of somebody's own workspace run it with them; the profile stays that person's.
  const mayEdit = mayEditHere && (own || team)
  return (
    <div className="gh-with-card-nav">
      <CardNav cards={cardsOf(own, team && mayDelete)} />
      <Stack gap="lg" miw={0}>
        <ProfileCard key={`profile ${id}`} settings={settings} mayEdit={mayEdit} />
        <SocialLinksCard key={`social ${id}`} settings={settings} mayEdit={mayEdit} />
        {own && (
          <>
            <Box id="emails" className="gh-anchored" tabIndex={-1}>
              <EmailsCard />
            </Box>
            <Stack id="security" gap="lg" className="gh-anchored" tabIndex={-1}>
              <SecurityCards />
            </Stack>
          </>
        )}
        <DataRegionCard region={settings.region} />
        <SettingsCard id="storage" title="Storage" beside={<StorageLink />}>
          <StorageSummary />
        </SettingsCard>
        {own ? <PreferencesCard /> : <OwnSettingsNote me={me} />}
        {team && mayDelete && <DeleteTeamCard settings={settings} />}
      </Stack>
    </div>
  )
}

const cardsOf = (own: boolean, deletable: boolean): CardLink[] => [
  { id: 'profile', label: 'Profile' },
  { id: 'social-links', label: 'Social links' },
  ...(own ? ownCards : []),
  { id: 'data-region', label: 'Data region' },
  { id: 'storage', label: 'Storage' },
  ...(own ? [{ id: 'preferences', label: 'Preferences' }] : []),
  ...(deletable ? [{ id: 'delete-team', label: 'Delete team' }] : []),
]

const ownCards = [
  { id: 'emails', label: 'Emails' },
  { id: 'security', label: 'Security' },
]

const Waiting = () => (
  <Stack aria-hidden>
    <Skeleton h={420} radius="lg" />
    <Skeleton h={260} radius="lg" />
    <Skeleton h={120} radius="lg" />
  </Stack>
)
