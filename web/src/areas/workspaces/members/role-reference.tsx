import { Box, Card, Stack, Table, Text, Title, VisuallyHidden } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { may, type Permission, permissions, type Role, roleBlurbs, roles } from '#contract/permissions.ts'
import { RoleBadge } from '../../../ui/role-badge.tsx'
import { roleNames } from '../../../ui/role-names.ts'
import { ScrollRegion } from '../../../ui/scroll-region.tsx'

const rows = Object.entries(permissions) as [Permission, { action: string }][]

/** What each role is for, and the whole table of who may do what; printed from the table the server decides by. `role` is the own one. */
export const RoleReference = ({ role: own }: { role: Role }) => (
  <Card component="section" aria-labelledby="roles-title">
    <Stack>
      <Title order={2} id="roles-title">
        Roles
      </Title>
      <Stack component="dl" gap="sm" m={0}>
        {roles.map((role) => (
          <Box key={role} display="flex" style={{ gap: 12, alignItems: 'baseline' }}>
            <Box component="dt" w={64} style={{ flexShrink: 0 }}>
              <RoleBadge role={role} />
            </Box>
            <Text component="dd" m={0} fz="sm">
              {roleBlurbs[role]}
              {role === own && <b> (your role)</b>}
            </Text>
          </Box>
        ))}
      </Stack>
      <ScrollRegion aria-label="Who may do what" style={{ overflowX: 'auto' }}>
        <Table verticalSpacing={8} miw={470} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" {...staying}>
                Action
              </Table.Th>
              {roles.map((role) => (
                <Table.Th key={role} scope="col" ta="center" w={72} {...emphasis(role === own)}>
                  {roleNames[role]}
                  {role === own && <VisuallyHidden> (your role)</VisuallyHidden>}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(([permission, { action }]) => (
              <Table.Tr key={permission}>
                <Table.Th scope="row" fw={400} {...staying}>
                  {action}
                </Table.Th>
                {roles.map((role) => (
                  <Table.Td key={role} ta="center" {...emphasis(role === own)}>
                    <Mark yes={may(role, permission)} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </Stack>
  </Card>
)

// On a phone the actions stay in sight while the roles scroll by.
const staying = { pos: 'sticky', left: 0, bg: 'var(--gh-surface)', style: { zIndex: 1 } } as const

const emphasis = (own: boolean) => (own ? { bg: 'var(--gh-tint)' } : {})

const Mark = ({ yes }: { yes: boolean }) => (
  <>
    {yes ? (
      <IconCheck
        size={17}
        stroke={2}
        color="var(--gh-accent)"
        style={{ verticalAlign: 'middle' }}
        aria-hidden
      />
    ) : (
      <Text component="span" c="dimmed" aria-hidden>
        –
      </Text>
    )}
    <VisuallyHidden>{yes ? 'Yes' : 'No'}</VisuallyHidden>
  </>
)
