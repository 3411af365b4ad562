import type { Region } from './common.ts'

/** The data regions of SPEC 1.4, as onboarding and settings show them. */
export const regions: Record<Region, { label: string; location: string; suggestedFor: string }> = {
  us: { label: 'Americas', location: 'Iowa, USA', suggestedFor: 'Teams in North and South America' },
  eu: {
    label: 'Europe, Middle East & Africa',
    location: 'Belgium',
    suggestedFor: 'Europe, and data under the GDPR',
  },
  ap: { label: 'Asia Pacific', location: 'Taiwan', suggestedFor: 'Teams in Asia and Oceania' },
}
