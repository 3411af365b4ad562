import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMe } from '../accounts/queries.ts'

/** Tells the owner that the Enterprise license has run out; nothing while it holds. Members meet a closed workspace instead. */
export const LicenseBanner = () => {
  const { workspace } = useMe()
  if (!workspace.licenseExpired || workspace.role !== 'owner') return null
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title="Enterprise license expired"
      role="status"
    >
      Only you can open this workspace until the license is renewed. Its members and everything in it are
      kept. Ask the people who run this installation to renew it.
    </Alert>
  )
}
