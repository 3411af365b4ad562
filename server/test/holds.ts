import { expect } from 'vitest'
import type { Asker, ThreeNodes } from './nodes.ts'

/** Something that takes away, or gives, what a key or session may do: what to ask with, the change itself, and what is answered from its
 *  reply on. */
export type Change = {
  asker: Asker
  change: () => Promise<{ statusCode: number; body: string }>
  outcome: string
}

/** Makes a change at each node in turn while all three are asked, and expects that it holds on every one from the moment of its reply. */
export const expectToHold = async (
  three: ThreeNodes,
  prepare: (node: number) => Promise<Change>,
): Promise<void> => {
  for (const node of [0, 1, 2]) {
    const { asker, change, outcome } = await prepare(node)
    const told = await three.during(asker, async () => {
      const reply = await change()
      expect(reply.statusCode, reply.body).toBe(200)
    })
    expect(told.after).toEqual([outcome])
    for (const answer of told.before) expect(['200 owner', '200 admin', outcome]).toContain(answer)
  }
}
