import { Alert, Badge, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { problemOf } from '../../api/problem.ts'
import { Moment } from '../../ui/moment.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { machineName, type Verdict, verdictOf } from './key-uses.ts'
import { type ApiKeyUses, apiKeyUsesQuery } from './queries.ts'

const faces: Record<Verdict['kind'], { color: string; icon: ReactNode }> = {
  unused: { color: 'green', icon: <IconCircleCheck size={18} /> },
  used: { color: 'blue', icon: <IconInfoCircle size={18} /> },
  busy: { color: 'orange', icon: <IconAlertTriangle size={18} /> },
}

/** "Safe to revoke?": which machines and programs used a key lately, and what for. */
export const ApiKeyUsesReport = ({ keyId }: { keyId: string }) => {
  const { data: uses, error } = useQuery(apiKeyUsesQuery(keyId))
  return (
    <Stack gap="sm" component="section" aria-labelledby="safe-to-revoke" aria-busy={!uses && !error}>
      <Title order={3} id="safe-to-revoke">
        Safe to revoke?
      </Title>
      {uses && <Report uses={uses} />}
      {!uses && error && (
        <Alert color="gray" icon={<IconInfoCircle size={18} />} title="We cannot tell who uses it right now">
          {problemOf(error).title}. You can revoke it all the same.
        </Alert>
      )}
      {!uses && !error && <Skeleton h={64} role="status" aria-label="Looking who uses it" />}
    </Stack>
  )
}

const Report = ({ uses }: { uses: ApiKeyUses }) => {
  const { kind, sentence } = verdictOf(uses, new Date())
  return (
    <>
      <Alert color={faces[kind].color} icon={faces[kind].icon} title={sentence} role="status" />
      {uses.machines.length > 0 && (
        <ScrollRegion
          aria-label={`Uses of the last ${uses.days} days`}
          style={{
            maxHeight: 240,
            overflowY: 'auto',
            padding: 12,
            border: '1px solid var(--gh-border)',
            borderRadius: 8,
          }}
        >
          <Machines machines={uses.machines} />
          <Endpoints endpoints={uses.endpoints} />
        </ScrollRegion>
      )}
    </>
  )
}

const Machines = ({ machines }: Pick<ApiKeyUses, 'machines'>) => (
  <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Machines">
    {machines.map((machine) => (
      <li key={`${machine.hostname} ${machine.address} ${machine.client}`}>
        <Group gap="xs">
          <Text fw={560} fz="sm">
            {machineName(machine)}
          </Text>
          <Badge size="sm" color="gray">
            {machine.client}
          </Badge>
        </Group>
        <Text fz="sm" c="dimmed">
          {machine.hostname && `${machine.address} · `}
          {inUses(machine.uses)}, last <Moment at={machine.lastUsedAt} inSentence />
        </Text>
      </li>
    ))}
  </Stack>
)

const Endpoints = ({ endpoints }: Pick<ApiKeyUses, 'endpoints'>) => (
  <Stack gap={6} mt="md">
    <Text fw={560} fz="sm">
      What for
    </Text>
    <Stack component="ul" gap={6} m={0} p={0} style={{ listStyle: 'none' }} aria-label="Addresses of the API">
      {endpoints.map(({ method, path, uses, lastUsedAt }) => (
        <li key={`${method} ${path}`}>
          <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>
            {method} {path}
          </Code>
          <Text fz="sm" c="dimmed">
            {inUses(uses)}, last <Moment at={lastUsedAt} inSentence />
          </Text>
        </li>
      ))}
    </Stack>
  </Stack>
)

const inUses = (uses: number): string => `${uses.toLocaleString('en')} ${uses === 1 ? 'use' : 'uses'}`
