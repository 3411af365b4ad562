import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { updateSettings } from '#contract/accounts.ts'
import { ProfileFields } from '#contract/profile-fields.ts'
import { call } from '../../../api/client.ts'
import { fieldErrorsOf, fieldSentence } from '../../../api/problem.ts'
import { rememberDisplayName } from '../profile-queries.ts'
import { meQuery, type ProfileChange, settingsQuery, useMe } from '../queries.ts'

/** What is typed; the switches of a profile are kept as they are turned. */
type Field = Exclude<keyof typeof ProfileFields.shape, 'secondFactorRequired'>

const quietMs = 1000

/** Keeps some fields of a profile on the server while somebody types: what changed and is valid goes out one second after the last
 *  keystroke, and at once when the page or the workspace is left. It goes to the workspace it was typed in. Invalid fields stay
 *  behind, with a message. Once somebody else is signed in nothing goes out any more. */
export const useAutosave = <F extends Field>(initial: Record<F, string>, labels: Record<F, string>) => {
  const client = useQueryClient()
  const me = useMe()
  const [author] = useState(me)
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
      const now = client.getQueryData(meQuery().queryKey)
      // While it is asked who is signed in, the server says whether this is still their workspace.
      if (now !== undefined && now?.user.id !== author.user.id) return setState('idle')
      const change = changed(saved.current, latest.current)
      if (Object.keys(change).length === 0) return setState('idle')
      setState('saving')
      try {
        const query = { owner: author.workspace.username }
        await call(updateSettings, { query, body: change as ProfileChange, keepalive })
        saved.current = { ...saved.current, ...change }
        setFailure(null)
        setRefused({})
        setState(timer.current ? 'waiting' : 'saved')
        if ('displayName' in change) rememberDisplayName(client, author, change.displayName as string)
        void client.invalidateQueries(settingsQuery())
      } catch (error) {
        const fields = fieldErrorsOf(error, labels)
        setRefused(fields)
        setFailure(Object.keys(fields).length > 0 ? null : error)
        setState('failed')
      }
    },
    [client, labels, author],
  )

  const set = (field: F, value: string) => {
    if (latest.current[field] === value) return
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

  const errorOf = (field: F): string | undefined =>
    refused[field] ?? problemWith(field, values[field], labels[field])
  /** What a text field of the form is given. */
  const fieldOf = (name: F) => ({
    label: labels[name],
    value: values[name],
    error: errorOf(name),
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
  })
  return { values, set, fieldOf, state, failure, retry: () => void save() }
}

/** What differs from what the server has, as the server will keep it (trimmed, a pasted address as its handle), without the
 *  fields that would be refused. */
const changed = <F extends Field>(
  before: Record<F, string>,
  now: Record<F, string>,
): Partial<Record<F, string>> => {
  const change: Partial<Record<F, string>> = {}
  for (const field of Object.keys(now) as F[]) {
    const { data } = ProfileFields.shape[field].safeParse(now[field])
    if (data !== undefined && data !== before[field]) change[field] = data
  }
  return change
}

const problemWith = (field: Field, value: string, label: string): string | undefined => {
  const parsed = ProfileFields.shape[field].safeParse(value)
  return parsed.success ? undefined : fieldSentence(label, parsed.error.issues[0]?.message ?? 'is not valid')
}
