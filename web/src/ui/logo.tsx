import { Group, Text } from '@mantine/core'

const gate = 'M6 26V8h4v3.5h4V8h4v3.5h4V8h4v18h-6v-5a4 4 0 0 0-8 0v5z'

/** A battlement with its gate. */
export const GateMark = ({ size = 28, tone = 'brand' }: { size?: number; tone?: 'brand' | 'white' }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="8" fill={tone === 'brand' ? '#0c6b73' : 'rgb(255 255 255 / 16%)'} />
    <path fill="#fff" d={gate} />
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
