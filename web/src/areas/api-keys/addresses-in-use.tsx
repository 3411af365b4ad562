import { Button, Group, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { machinesByAddress } from './key-uses.ts'
import { apiKeyUsesQuery } from './queries.ts'

/** A key may be used from very many; the latest say enough. */
const shownMax = 6

type Props = { keyId: string; addresses: string[]; onAdd: (address: string) => void }

/** Where the key was used lately, so that limiting it leaves nobody out. Nothing where that is not known. */
export const AddressesInUse = ({ keyId, addresses, onAdd }: Props) => {
  const { data: uses } = useQuery(apiKeyUsesQuery(keyId))
  const missing = machinesByAddress(uses?.machines ?? [])
    .filter(({ address }) => !addresses.includes(address))
    .slice(0, shownMax)
  if (missing.length === 0) return null
  return (
    <Group gap="xs">
      <Text fz="sm" c="dimmed">
        Used lately from
      </Text>
      {missing.map(({ address, hostnames }) => (
        <Button
          key={address}
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onAdd(address)}
          aria-label={`Allow ${address}`}
        >
          {[address, ...hostnames].join(' · ')}
        </Button>
      ))}
    </Group>
  )
}
