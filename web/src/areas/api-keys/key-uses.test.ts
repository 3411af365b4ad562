import { expect, test } from 'vitest'
import { machinesByAddress, verdictOf } from './key-uses.ts'

const now = new Date('2027-03-05T12:00:00Z')
const machine = (lastUsedAt: string, hostname?: string) => ({
  address: '203.0.113.7',
  client: 'ultralytics 8.4.60',
  uses: 3,
  firstUsedAt: '2027-02-20T00:00:00Z',
  lastUsedAt,
  ...(hostname && { hostname }),
})

test('a key nothing has used can go', () => {
  expect(verdictOf({ days: 30, machines: [] }, now)).toEqual({
    kind: 'unused',
    sentence: 'Nothing has used this key in the last 30 days.',
  })
})

test('a use within the hour means that a run may be under way', () => {
  const machines = [machine('2027-02-21T00:00:00Z', 'old-box'), machine('2027-03-05T11:56:00Z', 'gpu-box-1')]
  expect(verdictOf({ days: 30, machines }, now)).toEqual({
    kind: 'busy',
    sentence: 'Used 4 minutes ago by gpu-box-1: a run may be under way.',
  })
})

test('an earlier use is told with the address of a machine that has no name', () => {
  const { kind, sentence } = verdictOf({ days: 30, machines: [machine('2027-02-25T12:00:00Z')] }, now)
  expect(kind).toBe('used')
  expect(sentence).toBe('Last used 8 days ago by 203.0.113.7.')
})

test('an address that several machines share is told once', () => {
  const machines = [
    machine('2027-03-05T00:00:00Z', 'gpu-box-1'),
    machine('2027-03-04T00:00:00Z'),
    machine('2027-03-03T00:00:00Z', 'gpu-box-2'),
    { ...machine('2027-03-02T00:00:00Z'), address: '198.51.100.4' },
  ]
  expect(machinesByAddress(machines)).toEqual([
    { address: '203.0.113.7', hostnames: ['gpu-box-1', 'gpu-box-2'] },
    { address: '198.51.100.4', hostnames: [] },
  ])
})
