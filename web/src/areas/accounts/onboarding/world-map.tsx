import { world } from 'virtual:world-dots'
import type { Region } from '#contract/common.ts'

type Props = {
  /** What this installation offers. Only these have a mark. */
  offered: Region[]
  region?: Region
}

/** A map of the world in dots; the part a region is meant for lights up. Decoration: the choice itself is the cards below. */
export const WorldMap = ({ offered, region }: Props) => (
  <svg
    viewBox={`-1 -1 ${world.width + 2} ${world.height + 1}`}
    width="100%"
    aria-hidden="true"
    style={{ display: 'block' }}
  >
    {(['us', 'eu', 'ap'] as const).map((part) => (
      <path
        key={part}
        className="gh-land"
        data-lit={part === region}
        d={world.land[part]}
        fill="none"
        strokeWidth={0.62}
        strokeLinecap="round"
        // Dashes of no length, one unit apart: their round ends are the dots.
        strokeDasharray="0 1"
      />
    ))}
    {offered.map((place) => {
      const { x, y } = world.homes[place]
      const chosen = place === region
      return (
        <g key={place} transform={`translate(${x} ${y})`}>
          {chosen && <circle r={2.6} fill="var(--gh-accent)" opacity={0.22} />}
          <circle
            r={chosen ? 1.15 : 0.85}
            fill={chosen ? 'var(--gh-accent)' : 'var(--gh-surface)'}
            stroke={chosen ? 'var(--gh-surface)' : 'var(--gh-accent)'}
            strokeWidth={0.35}
          />
        </g>
      )
    })}
  </svg>
)
