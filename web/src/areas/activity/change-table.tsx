import { Anchor, Box, Text, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { changeLine, type Side } from './change-lines.ts'

type Change = { field: string; before?: unknown; after?: unknown }

/** What a change did, field by field: the line before, the line after. */
export const ChangeTable = ({ changes }: { changes: Change[] }) => (
  <Box component="dl" className="gh-changes" aria-label="What changed">
    {changes.map((change) => (
      <ChangeRow key={change.field} change={change} />
    ))}
  </Box>
)

const ChangeRow = ({ change }: { change: Change }) => {
  const [whole, setWhole] = useState(false)
  const { label, before, after, isFolded } = changeLine(change, { whole })
  return (
    <div>
      <dt>
        {label}
        {isFolded && (
          <Anchor component="button" type="button" fz="xs" ml={8} onClick={() => setWhole(!whole)}>
            {whole ? 'Show less' : 'Show all'}
            <VisuallyHidden> of {label}</VisuallyHidden>
          </Anchor>
        )}
      </dt>
      <dd data-side="before">
        <VisuallyHidden>Before: </VisuallyHidden>
        <Value side={before} as="del" />
      </dd>
      <dd data-side="after">
        <VisuallyHidden>After: </VisuallyHidden>
        <Value side={after} as="ins" />
      </dd>
    </div>
  )
}

const Value = ({ side: { head, changed, tail }, as: Mark }: { side: Side; as: 'del' | 'ins' }) => {
  if (!head && !changed && !tail)
    return (
      <Text span fz="inherit" fs="italic">
        Nothing
      </Text>
    )
  return (
    <>
      {head}
      {changed && <Mark>{changed}</Mark>}
      {tail}
    </>
  )
}
