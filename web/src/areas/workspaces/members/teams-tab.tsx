import { Stack } from '@mantine/core'
import { useMay, useMe } from '../../accounts/queries.ts'
import { LicenseBanner } from '../license-banner.tsx'
import { MembersCard } from './members-card.tsx'
import { RoleReference } from './role-reference.tsx'
import { SecondFactorCard } from './second-factor-card.tsx'

/** Members of the workspace on screen, what it asks of them, and what each role may do there. */
export const TeamsTab = () => {
  const { workspace } = useMe()
  const mayEdit = useMay('workspace.edit')
  return (
    <Stack gap="lg">
      <LicenseBanner />
      <MembersCard />
      {workspace.accountType === 'team' && mayEdit && <SecondFactorCard />}
      <RoleReference role={workspace.role} />
    </Stack>
  )
}
