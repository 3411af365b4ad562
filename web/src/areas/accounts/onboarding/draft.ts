import { useEffect, useState } from 'react'
import type { Region } from '#contract/common.ts'

/** What was entered so far; kept in this tab, so that a reload loses nothing. */
export type Draft = {
  step: number
  displayName: string
  username: string
  company: string
  useCase: string
  region?: Region
}

const place = 'gatehouse.onboarding'
const blank: Draft = { step: 0, displayName: '', username: '', company: '', useCase: '' }

const stored = (): Draft => {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(place) ?? '{}')
    return { ...blank, ...(value as Partial<Draft>) }
  } catch {
    return blank
  }
}

/** `suggestedName` is proposed as the display name until another one was entered. */
export const useDraft = (suggestedName = '') => {
  const [draft, setDraft] = useState(() => {
    const kept = stored()
    return { ...kept, displayName: kept.displayName || suggestedName }
  })
  useEffect(() => {
    try {
      sessionStorage.setItem(place, JSON.stringify(draft))
    } catch {
      // Storage is blocked or full: the draft lives as long as the page.
    }
  }, [draft])
  const change = (part: Partial<Draft>) => setDraft((current) => ({ ...current, ...part }))
  return [draft, change] as const
}

export const forgetDraft = () => {
  try {
    sessionStorage.removeItem(place)
  } catch {
    // It was never kept.
  }
}
