/** Requests per sliding minute (SPEC 6). Each key, person or address has one independent counter per category. */
export const defaultRateLimits = {
  default: 100,
  training: 10,
  upload: 10,
  predict: 20,
  export: 20,
  download: 30,
  mutation: 10,
  hydrate: 20,
  clustering: 10,
  ingest: 600,
  session: 300,
  auth: 10,
  anonymous: 60,
} as const

export type RateCategory = keyof typeof defaultRateLimits
export type RateLimits = Readonly<Record<RateCategory, number>>
