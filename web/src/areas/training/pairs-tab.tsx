import { Card, Table, Text } from '@mantine/core'

type Props = { pairs: Record<string, unknown>; empty: string; what: string; humanize?: boolean }

/** The telling ones first; others follow by name. */
const order = [
  'hostname',
  'os',
  'environment',
  'cpu',
  'cpuCount',
  'gpuType',
  'gpuCount',
  'totalRamGb',
  'totalDiskGb',
  'ultralyticsVersion',
  'pythonVersion',
  'pythonExecutable',
  'command',
]

const placeOf = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)

/** Names and values as the client sent them. */
export const PairsTab = ({ pairs, empty, what, humanize = false }: Props) => {
  const rows = Object.entries(pairs)
    .filter(([, value]) => value !== null && value !== '' && value !== undefined)
    .sort(([a], [b]) => placeOf(a) - placeOf(b) || a.localeCompare(b))
  if (rows.length === 0) return <Text c="dimmed">{empty}</Text>
  return (
    <Card p={0}>
      <Table verticalSpacing={9} horizontalSpacing="lg" fz="sm" layout="fixed" aria-label={what}>
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w="34%" fw={500} c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {humanize ? labelOf(name) : name}
              </Table.Th>
              <Table.Td ff={humanize ? undefined : 'monospace'} style={{ overflowWrap: 'anywhere' }}>
                {textOf(value)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  )
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

const short: Record<string, string> = { cpu: 'CPU', gpu: 'GPU', os: 'OS', ram: 'RAM', gb: 'GB', git: 'Git' }

/** `totalRamGb` → "Total RAM GB". */
const labelOf = (name: string): string => {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_]+/)
  const text = parts.map((part) => short[part] ?? part).join(' ')
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
