import { Box, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '../../../ui/error-state.tsx'
import { EmailsCard } from '../emails/emails-card.tsx'
import { settingsQuery, useMay, useMe } from '../queries.ts'
import { SecurityCards } from '../security/security-cards.tsx'
import { CardNav } from './card-nav.tsx'
import { DataRegionCard } from './data-region-card.tsx'
import { PreferencesCard } from './preferences-card.tsx'
import { ProfileCard } from './profile-card.tsx'
import { SocialLinksCard } from './social-links-card.tsx'

export const ProfileTab = () => {
  const { data: settings, error, refetch } = useQuery(settingsQuery())
  const { workspace } = useMe()
  const mayEdit = useMay('workspace.edit')
  if (!settings) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Waiting />
  }
  const personal = settings.accountType === 'personal'
  return (
    <div className="gh-with-card-nav">
      <CardNav personal={personal} />
      <Stack gap="lg" miw={0}>
        <ProfileCard key={`profile ${workspace.id}`} settings={settings} mayEdit={mayEdit} />
        <SocialLinksCard key={`social ${workspace.id}`} settings={settings} mayEdit={mayEdit} />
        {personal && (
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
        <PreferencesCard personal={personal} />
      </Stack>
    </div>
  )
}

const Waiting = () => (
  <Stack aria-hidden>
    <Skeleton h={420} radius="lg" />
    <Skeleton h={260} radius="lg" />
    <Skeleton h={120} radius="lg" />
  </Stack>
)
