import { ThemeIcon } from '@mantine/core'
import type { TrashType } from '#contract/trash.ts'
import { kinds } from '../../ui/kinds.ts'

/** What sort of thing a row is, in its colour. The row says it in words as well. */
export const TypeIcon = ({ type, size = 38 }: { type: TrashType; size?: number }) => {
  const { icon: Glyph, color } = kinds[type]
  return (
    <ThemeIcon variant="light" color={color} size={size} radius="md" aria-hidden>
      <Glyph size={size / 1.9} stroke={1.6} />
    </ThemeIcon>
  )
}
