import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { ProfileFields, updateSettings } from '#contract/accounts.ts'
import { call } from '../../../api/client.ts'
import { fieldErrorsOf, fieldSentence } from '../../../api/problem.ts'
import { type ProfileChange, settingsQuery } from '../queries.ts'

export type Field = keyof typeof ProfileFields.shape
export type Values = Record<Field, string>

const quietMs = 1000

/** Keeps a profile on the server while somebody types: what changed and is valid goes out one second after the last
 *  keystroke, and at once when the page is left. Invalid fields stay behind, with a message. */
export const useAutosave = (initial: Values, labels: Record<Field, string>) => {
  const client = useQueryClient()
  const [values, setValues] = useState(initial)
  const [refused, setRefused] = useState<Record<string, string>>({})
  const [state, setState] = useState<'idle' | 'waiting' | 'saving' | 'saved' | 'failed'>('idle')
  const [failure, setFailure] = useState<unknown>(null)
  const saved = useRef(initial)
  const latest = useRef(initial)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const save = useCallback(
    async (keepalive = false) => {
      clearTimeout(timer.current)
      timer.current = undefined
      const sent = latest.current
      const change = changed(saved.current, sent)
      if (Object.keys(change).length === 0) return setState('idle')
      setState('saving')
      try {
        await call(updateSettings, { body: change as ProfileChange, keepalive })
        saved.current = { ...saved.current, ...change }
        setFailure(null)
        setRefused({})
        setState(timer.current ? 'waiting' : 'saved')
        void client.invalidateQueries(settingsQuery())
      } catch (error) {
        const fields = fieldErrorsOf(error, labels)
        setRefused(fields)
        setFailure(Object.keys(fields).length > 0 ? null : error)
        setState('failed')
      }
    },
    [client, labels],
  )

  const set = (field: Field, value: string) => {
    latest.current = { ...latest.current, [field]: value }
    setValues(latest.current)
    setRefused(({ [field]: _, ...others }) => others)
    setState('waiting')
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void save(), quietMs)
  }

  useEffect(() => {
    const leave = () => {
      if (timer.current) void save(true)
    }
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [save])

  const errorOf = (field: Field): string | undefined =>
    refused[field] ?? problemWith(field, values[field], labels[field])
  return { values, set, errorOf, state, failure, retry: () => void save() }
}

/** What differs from what the server has, without the fields that would be refused. */
const changed = (before: Values, now: Values): Partial<Values> =>
  Object.fromEntries(
    (Object.keys(now) as Field[])
      .filter(
        (field) => now[field] !== before[field] && ProfileFields.shape[field].safeParse(now[field]).success,
      )
      .map((field) => [field, now[field]]),
  )

const problemWith = (field: Field, value: string, label: string): string | undefined => {
  const parsed = ProfileFields.shape[field].safeParse(value)
  return parsed.success ? undefined : fieldSentence(label, parsed.error.issues[0]?.message ?? 'is not valid')
}
