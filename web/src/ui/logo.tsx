import { Group, Text } from '@mantine/core'

const towers = 'M7 25V8h2v2h2V8h2v7h6V8h2v2h2V8h2v17h-6v-4a3 3 0 0 0-6 0v4z'

/** Two towers and the gate between them. */
export const GateMark = ({ size = 28, tone = 'brand' }: { size?: number; tone?: 'brand' | 'white' }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="8" fill={tone === 'brand' ? '#0c6b73' : 'rgb(255 255 255 / 16%)'} />
    <path fill="#fff" d={towers} />
  </svg>
)

export const Wordmark = ({ size = 28, tone = 'brand' }: { size?: number; tone?: 'brand' | 'white' }) => (
  <Group gap={10} wrap="nowrap">
    <GateMark size={size} tone={tone} />
    <Text component="span" fw={680} fz={size * 0.62} lts="-0.02em" {...(tone === 'white' && { c: 'white' })}>
      Gatehouse
    </Text>
  </Group>
)
