import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { z } from 'zod'
import { fieldSentence } from '../api/problem.ts'
import { ErrorNote } from './error-state.tsx'

type Props = {
  name: string
  /** What the server takes as a name. */
  schema: z.ZodType<string | undefined>
  description?: string
  error: unknown
  isPending: boolean
  onRename: (name: string) => void
  onCancel: () => void
}

/** Asks for another name. */
export const RenameForm = ({ name, schema, description, error, isPending, onRename, onCancel }: Props) => {
  const [typed, setTyped] = useState(name)
  const [problem, setProblem] = useState<string>()
  const submit = () => {
    const parsed = schema.safeParse(typed)
    if (!parsed.success) return setProblem(fieldSentence('Name', parsed.error.issues[0]?.message ?? ''))
    setProblem(undefined)
    onRename(parsed.data ?? name)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      noValidate
    >
      <Stack>
        <TextInput
          label="Name"
          description={description}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={problem}
          maxLength={120}
          autoComplete="off"
          data-autofocus
        />
        <ErrorNote error={error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
