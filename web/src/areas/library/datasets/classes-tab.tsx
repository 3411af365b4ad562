import { Button, Card, Group, Modal, SimpleGrid, Stack, Text, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconEdit, IconSearch, IconTag } from '@tabler/icons-react'
import { useState } from 'react'
import { updateDataset } from '#contract/datasets.ts'
import { counted } from '../../../ui/counted.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { validateWith } from '../../../ui/form.ts'
import { SearchField } from '../../../ui/search-field.tsx'
import { useVisitorMay } from '../../accounts/visitor.ts'
import { useUpdateDataset } from './changes.ts'
import { classesOf, classLines } from './class-lines.ts'
import { colorOfClass } from './label-shapes.ts'
import { type DatasetInFull, isProcessing } from './queries.ts'

const shownAtOnce = 300
const searchedFrom = 12

/** The classes that labels name by number. */
const ClassesTab = ({ dataset }: { dataset: DatasetInFull }) => {
  const mayEdit = useVisitorMay('library.edit', dataset.username) && !isProcessing(dataset)
  const [editing, dialog] = useDisclosure()
  const [q, setQ] = useState('')
  const [shown, setShown] = useState(shownAtOnce)
  const { classNames } = dataset
  const edit = (
    <Button variant="default" leftSection={<IconEdit size={16} stroke={1.7} />} onClick={dialog.open}>
      {classNames.length === 0 ? 'Name the classes' : 'Edit names'}
    </Button>
  )
  const found = classNames
    .map((name, classId) => ({ name, classId }))
    .filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
  return (
    <Stack gap="md">
      {classNames.length === 0 ? (
        <EmptyState icon={IconTag} title="No classes yet" action={mayEdit && edit}>
          {mayEdit
            ? 'A file with a data.yaml brings them along, or you write them here.'
            : 'They appear here with the first file that names them.'}
        </EmptyState>
      ) : (
        <>
          <Group justify="space-between" gap="sm">
            {classNames.length >= searchedFrom ? (
              <SearchField label="Search classes" placeholder="Search classes" search={q} onSearch={setQ} />
            ) : (
              <Text c="dimmed">{counted(classNames.length, 'class', 'classes')}</Text>
            )}
            {mayEdit && edit}
          </Group>
          {found.length === 0 && (
            <EmptyState icon={IconSearch} title="Nothing matches">
              No class has “{q}” in its name.
            </EmptyState>
          )}
          <SimpleGrid
            component="ul"
            cols={{ base: 1, xs: 2, md: 3 }}
            spacing="xs"
            className="gh-plain-list"
            aria-label="Classes"
          >
            {found.slice(0, shown).map(({ name, classId }) => (
              <Card key={classId} component="li" p="xs" px="sm">
                <Group gap="sm" wrap="nowrap">
                  <span className="gh-class-dot" style={{ background: colorOfClass(classId) }} />
                  <Text fz="sm" flex={1} style={{ overflowWrap: 'anywhere' }}>
                    {name}
                  </Text>
                  <Text fz="sm" c="dimmed" className="gh-tabular">
                    {classId}
                  </Text>
                </Group>
              </Card>
            ))}
          </SimpleGrid>
          {found.length > shown && (
            <Button variant="default" mx="auto" onClick={() => setShown(shown + shownAtOnce)}>
              Show more of {found.length.toLocaleString('en')}
            </Button>
          )}
        </>
      )}
      <Modal opened={editing} onClose={dialog.close} title="Names of classes">
        <NamesForm dataset={dataset} onClose={dialog.close} />
      </Modal>
    </Stack>
  )
}

const NamesForm = ({ dataset, onClose }: { dataset: DatasetInFull; onClose: () => void }) => {
  const update = useUpdateDataset(dataset._id)
  const [text, setText] = useState(classLines(dataset.classNames))
  const [problem, setProblem] = useState<string>()
  const submit = () => {
    const classNames = classesOf(text)
    const tooFew = dataset.imageCount > 0 && classNames.length < dataset.classNames.length
    const refused = tooFew
      ? `Labels name ${counted(dataset.classNames.length, 'class', 'classes')} by number, so there cannot be fewer`
      : validateWith(updateDataset.body, { classNames: 'The list' })({ classNames })
    const told = typeof refused === 'string' ? refused : Object.values(refused)[0]
    setProblem(told)
    if (!told) update.mutate({ classNames }, { onSuccess: onClose })
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
        <Textarea
          label="One name a line"
          description="The first line is class 0. Rename as you like and add new ones at the end; labels keep their numbers."
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={problem}
          autosize
          minRows={6}
          maxRows={16}
          spellCheck={false}
          data-autofocus
        />
        <ErrorNote error={update.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={update.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export default ClassesTab
