import { Loader, Modal, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { sentenceOf } from '../../api/problem.ts'
import type { Me } from '../accounts/queries.ts'
import { groupsOf, type Hit, type HitGroup, stepFrom } from './hits.ts'
import { workspaceSearchQuery } from './queries.ts'

type Props = { me: Me; opened: boolean; onClose: () => void }

/** Finds pages and things of the workspace by name. A combobox: the focus stays in the field, arrows choose, Enter goes there. */
const SearchDialog = ({ me, opened, onClose }: Props) => (
  <Modal
    opened={opened}
    onClose={onClose}
    title={`Search ${me.workspace.displayName}`}
    yOffset="10dvh"
    centered={false}
  >
    <SearchForm me={me} onClose={onClose} />
  </Modal>
)

export default SearchDialog

const SearchForm = ({ me, onClose }: Omit<Props, 'opened'>) => {
  const router = useRouter()
  const listId = useId()
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 150)
  const { data, error, isFetching } = useQuery(workspaceSearchQuery(q))
  const [chosen, setChosen] = useState(0)
  const groups = q && data ? groupsOf(data, me.workspace.username, (path) => path in router.routesByPath) : []
  const hits = groups.flatMap((group) => group.hits)
  const current = hits[Math.min(chosen, hits.length - 1)]
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words, other hits
  useEffect(() => setChosen(0), [q])
  useEffect(() => {
    if (current) document.getElementById(optionId(listId, current))?.scrollIntoView({ block: 'nearest' })
  }, [current, listId])

  const go = (hit: Hit) => {
    onClose()
    void router.navigate({ href: hit.href })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : undefined
    if (step) setChosen((index) => stepFrom(Math.min(index, hits.length - 1), step, hits.length))
    else if (event.key === 'Enter' && current) go(current)
    else return
    event.preventDefault()
  }
  return (
    <>
      <TextInput
        role="combobox"
        aria-label="Search pages, projects and models"
        aria-expanded={hits.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={current && optionId(listId, current)}
        placeholder="A page, project, model or deployment"
        leftSection={isFetching ? <Loader size={14} /> : <IconSearch size={16} stroke={1.8} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <Text fz="sm" c="dimmed" role="status" mt={q ? 'sm' : 0}>
        {error && sentenceOf(error)}
        {q && data && hits.length === 0 && !isFetching && `Nothing here is called “${q}”.`}
      </Text>
      <div role="listbox" id={listId} aria-label="Found" className="gh-hits">
        {groups.map((group) => (
          <Group key={group.heading} group={group} listId={listId} current={current} onGo={go} />
        ))}
      </div>
    </>
  )
}

const optionId = (listId: string, hit: Hit): string => `${listId}-${hit.id.replace(/[^\w-]/g, '-')}`

type GroupProps = { group: HitGroup; listId: string; current: Hit | undefined; onGo: (hit: Hit) => void }

const Group = ({ group: { heading, hits }, listId, current, onGo }: GroupProps) => (
  // biome-ignore lint/a11y/useSemanticElements: options of a list box stand in groups of their own kind
  <div role="group" aria-label={heading}>
    <Text fz="xs" c="dimmed" fw={600} px={10} pt="sm" pb={4} aria-hidden>
      {heading}
    </Text>
    {hits.map((hit) => (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus, and its keys choose
      // biome-ignore lint/a11y/useFocusableInteractive: the field names the chosen one
      <div
        key={hit.id}
        role="option"
        id={optionId(listId, hit)}
        aria-selected={hit === current}
        className="gh-hit"
        onClick={() => onGo(hit)}
      >
        <span>{hit.title}</span>
        {hit.detail && <span className="gh-hit-detail">{hit.detail}</span>}
      </div>
    ))}
  </div>
)
