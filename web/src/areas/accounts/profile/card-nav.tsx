import { useEffect, useState } from 'react'

export type CardLink = { id: string; label: string }

/** Leads to the cards of a long tab. Only on screens with room beside them. */
export const CardNav = ({ cards }: { cards: CardLink[] }) => {
  const current = useCardInView(cards.map(({ id }) => id))
  return (
    <nav className="gh-card-nav" aria-label="On this page">
      {cards.map(({ id, label }) => (
        <a key={id} href={`#${id}`} aria-current={current === id ? 'location' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  )
}

/** How far down the window the line lies that a card must have reached to be the current one. */
const lineShare = 0.3

const useCardInView = (ids: string[]): string | undefined => {
  const [current, setCurrent] = useState(ids[0])
  const joined = ids.join(' ')
  useEffect(() => {
    const look = () => {
      const known = joined.split(' ')
      const atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2
      const reached = known.filter((id) => {
        const top = document.getElementById(id)?.getBoundingClientRect().top
        return top !== undefined && top <= window.innerHeight * lineShare
      })
      setCurrent((atEnd && window.scrollY > 0 ? known : reached).at(-1) ?? known[0])
    }
    look()
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [joined])
  return current
}
