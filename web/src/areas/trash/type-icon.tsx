import { ThemeIcon } from '@mantine/core'
import { IconBox, IconFolder, IconPhoto } from '@tabler/icons-react'
import type { TrashType } from '#contract/trash.ts'
import { typeColors } from './trash-words.ts'

const icons = { project: IconFolder, dataset: IconPhoto, model: IconBox }

/** What sort of thing a row is, in its colour. The row says it in words as well. */
export const TypeIcon = ({ type, size = 38 }: { type: TrashType; size?: number }) => {
  const Glyph = icons[type]
  return (
    <ThemeIcon variant="light" color={typeColors[type]} size={size} radius="md" aria-hidden>
      <Glyph size={size / 1.9} stroke={1.6} />
    </ThemeIcon>
  )
}
