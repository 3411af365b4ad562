import { Alert, List } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import type { Lack } from '#contract/dataset-fields.ts'
import { lackWords } from './dataset-words.ts'

/** What is missing before a training can use a dataset. Nothing when nothing is. */
export const Readiness = ({ lacks }: { lacks: readonly Lack[] }) =>
  lacks.length > 0 && (
    <Alert
      color="orange"
      icon={<IconInfoCircle size={18} />}
      title="It cannot be trained on yet"
      role="note"
      variant="light"
    >
      <List size="sm" spacing={4}>
        {lacks.map((lack) => (
          <List.Item key={lack}>{lackWords[lack]}</List.Item>
        ))}
      </List>
    </Alert>
  )
