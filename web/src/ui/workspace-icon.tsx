import { Center } from '@mantine/core'
import { useState } from 'react'

const fallback = '#0c6b73'

/** Black or white, whichever reads better on `colour`. Only hex can be judged; anything else gets white. */
const inkOn = (colour: string): string => {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])[0-9a-f]?$/i.exec(colour)
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour)
  const parts = long?.slice(1, 4) ?? short?.slice(1, 4).map((digit) => digit + digit)
  if (!parts) return '#fff'
  const [red, green, blue] = parts.map((part) => {
    const value = Number.parseInt(part, 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#0b1013' : '#fff'
}

type Props = { name: string; letter?: string; color?: string; imageUrl?: string | null; size?: number }

/** The square that stands for a workspace: its picture, or colour and initials where there is none or it does not load. */
export const WorkspaceIcon = ({ name, letter, color, imageUrl, size = 34 }: Props) => {
  const [broken, setBroken] = useState<string>()
  const shape = { borderRadius: size * 0.26, flexShrink: 0 }
  if (imageUrl && imageUrl !== broken) {
    return (
      <img
        src={imageUrl}
        alt=""
        width={size}
        height={size}
        onError={() => setBroken(imageUrl)}
        style={{ ...shape, display: 'block', objectFit: 'cover', background: 'var(--gh-hover)' }}
      />
    )
  }
  const background = color || fallback
  return (
    <Center
      w={size}
      h={size}
      aria-hidden
      style={{
        ...shape,
        background,
        color: inkOn(background),
        fontWeight: 650,
        fontSize: size * (letter && letter.length > 1 ? 0.36 : 0.44),
        textTransform: letter ? 'none' : 'uppercase',
      }}
    >
      {letter || name.trim().slice(0, 1) || '·'}
    </Center>
  )
}
