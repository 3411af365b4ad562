import type { Adapter, AdapterPayload } from 'oidc-provider'

const entriesMax = 2000

/** Where an embedded OpenID provider keeps its sign-ins, codes and tokens: in the process, the oldest giving way to new ones. */
export const memoryStore = (): ((model: string) => Adapter) => {
  const entries = new Map<string, { payload: AdapterPayload; endsAt: number }>()

  const live = (key: string): AdapterPayload | undefined => {
    const entry = entries.get(key)
    return entry && entry.endsAt > Date.now() ? entry.payload : undefined
  }

  const dropOldest = (): void => {
    for (const key of entries.keys()) {
      if (entries.size <= entriesMax) return
      entries.delete(key)
    }
  }

  return (model) => ({
    async upsert(id, payload, expiresIn = 3600) {
      entries.delete(`${model}:${id}`)
      entries.set(`${model}:${id}`, { payload, endsAt: Date.now() + expiresIn * 1000 })
      dropOldest()
    },
    // A browser's cookie finds no session, so nobody stays signed in there and each visit asks who it is.
    find: async (id) => (model === 'Session' ? undefined : live(`${model}:${id}`)),
    async findByUid(uid) {
      for (const [key, { payload }] of entries)
        if (key.startsWith(`${model}:`) && payload.uid === uid) return live(key)
      return undefined
    },
    findByUserCode: async () => undefined,
    async consume(id) {
      const payload = live(`${model}:${id}`)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      entries.delete(`${model}:${id}`)
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key)
    },
  })
}
