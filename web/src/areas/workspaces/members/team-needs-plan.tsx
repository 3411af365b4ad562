import { Alert, Stack, Text } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { plans } from '#contract/plans.ts'
import { CodeBlock } from '../../../ui/code-block.tsx'
import { useMay, useMe } from '../../accounts/queries.ts'

/** With a single seat: why nobody can be invited here, and what would change that. */
export const TeamNeedsPlan = () => {
  const { workspace } = useMe()
  const mayChangePlan = useMay('plan.manage')
  const command = `npm run -s gatehouse -- enterprise grant --workspace ${workspace.username} --seats 5`
  return (
    <Alert
      color="gate"
      icon={<IconInfoCircle size={18} />}
      title="A team needs the Pro or Enterprise plan"
      role="note"
    >
      <Stack gap="xs">
        <Text fz="sm">
          The {plans[workspace.plan].name} plan of this workspace has one seat, the owner’s. An operator of
          this installation can grant <b>{workspace.username}</b> more; invites then start here.
        </Text>
        {mayChangePlan && (
          <>
            <Text fz="sm">On the server, for five seats:</Text>
            <CodeBlock code={command} what="the operator’s command" />
          </>
        )}
      </Stack>
    </Alert>
  )
}
