import { useEffect, useState } from 'react'
import type { Region } from '#contract/common.ts'

/** What was entered so far; kept in this tab, so that a reload loses nothing. */
export type Draft = {
  /** The address of the sign-up it belongs to. */
  email: string
  step: number
  displayName: string
  username: string
  company: string
  useCase: string
  region?: Region
}

const place = 'gatehouse.onboarding'
const blank: Omit<Draft, 'email'> = { step: 0, displayName: '', username: '', company: '', useCase: '' }

/** What is kept for this sign-up; a draft of somebody else who began in the same tab is as good as none. */
export const keptDraft = (email: string): Draft => {
  try {
    const value = JSON.parse(sessionStorage.getItem(place) ?? '{}') as Partial<Draft>
    return { ...blank, ...(value.email === email && value), email }
  } catch {
    return { ...blank, email }
  }
}

/** `suggestedName` is proposed as the display name until another one was entered. */
export const useDraft = (email: string, suggestedName = '') => {
  const [draft, setDraft] = useState(() => {
    const kept = keptDraft(email)
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
