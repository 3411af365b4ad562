import { Group, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { type ActivitySearch, dayOf } from './activity-search.ts'

/** Two days of the reader's own calendar, both included; either may be left open. */
export const DateFields = ({
  search: { from, to },
  onChange,
}: {
  search: ActivitySearch
  onChange: (change: ActivitySearch) => void
}) => {
  const isTurned = from !== undefined && to !== undefined && to < from
  return (
    <Group gap="sm" mt="sm" align="flex-start">
      <DayField label="First day" day={from} onDay={(day) => onChange({ from: day, range: undefined })} />
      <DayField
        label="Last day"
        day={to}
        onDay={(day) => onChange({ to: day, range: undefined })}
        error={isTurned && 'Lies before the first day'}
      />
    </Group>
  )
}

type Props = {
  label: string
  day: string | undefined
  onDay: (day: string | undefined) => void
  error?: string | false
}

/** Keeps what is being typed to itself until it is a whole day: a year comes digit by digit, by way of the year 2. Left empty, it is
 *  open; left half-way, it shows again what counts. */
const DayField = ({ label, day = '', onDay, error }: Props) => {
  const [text, setText] = useState(day)
  const sent = useRef(day)
  // Going back in the browser changes the day, too.
  useEffect(() => {
    if (day === sent.current) return
    sent.current = day
    setText(day)
  }, [day])
  const send = (value: string) => {
    if (value === sent.current) return
    sent.current = value
    onDay(value || undefined)
  }
  const change = (value: string) => {
    setText(value)
    if (dayOf(value)) send(value)
  }
  const leave = () => (text === '' || dayOf(text) ? send(text) : setText(sent.current))
  return (
    <TextInput
      type="date"
      label={label}
      value={text}
      max="2999-12-31"
      error={error}
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={leave}
    />
  )
}
