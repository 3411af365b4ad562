import { bytes } from '../../ui/bytes.ts'
import { fullTime } from '../../ui/time.ts'
import type { ActivityEvent } from './queries.ts'

export type Fact = { label: string; value: string; isCode?: true }

/** What is known of an event besides its sentence and what it changed. Address and program are there for whoever did it, and for admins. */
export const factsOf = (event: ActivityEvent): Fact[] => {
  const { metadata = {}, key } = event
  const facts: (Fact | undefined)[] = [
    { label: 'When', value: fullTime(new Date(event.timestamp)) },
    { label: 'Who', value: [event.userName, event.userEmail].filter(Boolean).join(', ') },
    key && { label: 'With API key', value: keyInWords(key) },
    !key && event.resourceType === 'api_key' ? code('Begins with', metadata.keyPrefix) : undefined,
    code('IP address', event.address),
    text('Program', event.client),
    text('Project', metadata.project),
    text('Model', metadata.model),
    text('File', metadata.file),
    typeof metadata.sizeBytes === 'number' ? { label: 'Size', value: bytes(metadata.sizeBytes) } : undefined,
    text('From', metadata.from),
    text('Region', metadata.region),
    code('Event', event._id),
  ]
  return facts.filter((fact) => fact !== undefined)
}

const text = (label: string, value: unknown): Fact | undefined =>
  typeof value === 'string' && value ? { label, value } : undefined

const code = (label: string, value: unknown): Fact | undefined => {
  const fact = text(label, value)
  return fact && { ...fact, isCode: true }
}

const keyInWords = ({ name, prefix, id }: NonNullable<ActivityEvent['key']>): string => {
  const begins = prefix ? `${prefix}…` : id
  return name ? `${name} (${begins})` : `${begins}, which is gone`
}
