import { Button, CloseButton, Divider, Skeleton, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { plans } from '#contract/plans.ts'
import { regions } from '#contract/regions.ts'
import { ApiError } from '../../api/client.ts'
import { sentenceOf } from '../../api/problem.ts'
import { roleNames } from '../../ui/role-names.ts'
import { toast } from '../../ui/toast.tsx'
import { isOwnWorkspace, type Me } from '../accounts/queries.ts'
import { confirmItsYou } from '../accounts/security/confirm-its-you.ts'
import { factorsQuery } from '../accounts/security-queries.ts'
import { ownSettingsQuery, type Team, teamsQuery, useEnterWorkspace } from './queries.ts'
import { SwitcherRow } from './switcher-row.tsx'

/** With more workspaces than this a search field helps to find one. */
const withoutSearchMax = 7
/** Pages that follow into another workspace; from any other the way leads home. */
const followingPages = ['/settings', '/activity', '/projects']

type Props = { me: Me; onDone: () => void; onCreateTeam: () => void }

/** The person's own workspace, then all others by name. Arrow keys walk through them. */
const SwitcherList = ({ me, onDone, onCreateTeam }: Props) => {
  const { data, error, refetch, isFetching } = useQuery({ ...teamsQuery(), refetchOnMount: 'always' })
  const { data: own } = useQuery(ownSettingsQuery(me.user.username))
  const [search, setSearch] = useState('')
  const { enter, entered, isPending } = useFollowingEnter()
  const client = useQueryClient()
  const box = useRef<HTMLDivElement>(null)
  const teams = data?.teams ?? []
  const withSearch = teams.length + 1 > withoutSearchMax
  useFocusOnOpening(box, data !== undefined)

  const choose = (username: string) =>
    username === me.workspace.username ? onDone() : isPending || enter(username)
  const chooseTeam = ({ username, deniedReason }: Team) => {
    if (deniedReason !== 'second_factor_required') return choose(username)
    // The question stands above everything but this list.
    onDone()
    void showSecondStep(client, () => enter(username))
  }
  const wanted = search.trim().toLowerCase()
  const matches = (...names: (string | undefined)[]) =>
    names.some((name) => name?.toLowerCase().includes(wanted))
  const shown = teams.filter(({ fullName, username }) => matches(fullName, username))
  const ownShown = matches(me.user.displayName, me.user.username, 'personal')
  const chooseFirst = () => {
    const open = shown.find(({ deniedReason }) => !deniedReason)
    if (ownShown) choose(me.user.username)
    else if (open) choose(open.username)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows in it are buttons; arrow keys only lead from one to the next
    <div ref={box} className="gh-switcher-box" onKeyDown={(event) => walk(box.current, event)}>
      {withSearch && (
        <TextInput
          size="sm"
          mx={4}
          mb={4}
          aria-label="Search workspaces"
          placeholder="Search"
          data-row
          leftSection={<IconSearch size={15} stroke={1.8} />}
          rightSection={
            search ? (
              <CloseButton size="sm" aria-label="Clear the search" onClick={() => setSearch('')} />
            ) : null
          }
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && chooseFirst()}
        />
      )}
      <ul className="gh-switcher-rows" aria-label="Workspaces">
        {ownShown && (
          <SwitcherRow
            name={own?.displayName || me.user.displayName}
            facts={`Personal${own ? ` · ${plans[own.plan].name} plan` : ''}`}
            icon={{ letter: own?.iconLetter, color: own?.iconColor, imageUrl: own?.imageUrl }}
            active={isOwnWorkspace(me)}
            entering={entered === me.user.username}
            onChoose={() => choose(me.user.username)}
          />
        )}
        {shown.map((team) => (
          <SwitcherRow
            key={team.userId}
            name={team.fullName || team.username}
            facts={factsOf(team)}
            icon={{ letter: team.iconLetter, color: team.iconColor, imageUrl: team.imageUrl }}
            active={team.userId === me.workspace.id}
            entering={entered === team.username}
            locked={team.deniedReason && lockedWords[team.deniedReason]}
            onChoose={team.deniedReason === 'license_expired' ? undefined : () => chooseTeam(team)}
          />
        ))}
      </ul>
      {wanted && !ownShown && shown.length === 0 && (
        <Text fz="sm" c="dimmed" px={12} py={8} role="status">
          None of your workspaces goes by “{search.trim()}”.
        </Text>
      )}
      {!data && !error && <Skeleton h={44} mx={8} my={4} w="auto" aria-hidden />}
      {!data && error && (
        <Stack gap={6} px={12} py={8} align="flex-start">
          <Text fz="sm" role="alert">
            Your teams could not be listed. {sentenceOf(error)}
          </Text>
          <Button variant="default" size="xs" onClick={() => void refetch()} loading={isFetching}>
            Try again
          </Button>
        </Stack>
      )}
      {data?.unreachable.map((region) => (
        <Text key={region} fz="xs" c="dimmed" px={12} py={6} role="status">
          Teams in {regions[region].label} cannot be reached right now.
        </Text>
      ))}
      <Divider my={4} color="var(--gh-border)" />
      <UnstyledButton className="gh-switcher-row" data-row onClick={onCreateTeam}>
        <IconPlus size={18} stroke={1.8} aria-hidden style={{ width: 30, flexShrink: 0 }} />
        <Text span fz="sm" fw={560}>
          Create team
        </Text>
      </UnstyledButton>
    </div>
  )
}

export default SwitcherList

const factsOf = ({ accountType, role, plan }: Team): string =>
  `${accountType === 'personal' ? 'Shared with you · ' : ''}${roleNames[role]} · ${plans[plan].name} plan`

const lockedWords: Record<NonNullable<Team['deniedReason']>, string> = {
  license_expired: 'Closed: its Enterprise license has expired',
  second_factor_required: 'Asks for two-step sign-in',
}

/** Where a second step is asked for, takes it and goes on; tells whoever has none how to get one. */
const showSecondStep = async (client: QueryClient, goOn: () => void): Promise<void> => {
  const factors = await client.fetchQuery(factorsQuery()).catch(() => undefined)
  if (factors && factors.passkeys.length === 0 && !factors.totp)
    toast(sentenceOf(new ApiError(403, { error: '', reason: 'second_factor_required' })), { failed: true })
  else if (await confirmItsYou()) goOn()
}

/** Enters a workspace and stays on a page that every workspace has. */
const useFollowingEnter = () => {
  const { enter, ...rest } = useEnterWorkspace()
  const router = useRouter()
  const navigate = useNavigate()
  const go = () =>
    followingPages.includes(router.state.location.pathname) ? router.invalidate() : navigate({ to: '/home' })
  return { enter: (username: string) => enter(username, go), ...rest }
}

const rowsOf = (box: HTMLElement | null): HTMLElement[] => [
  ...(box?.querySelectorAll<HTMLElement>('[data-row]') ?? []),
]

/** Puts the focus on the search field where there is one, else on the active workspace. */
const useFocusOnOpening = (box: { current: HTMLElement | null }, loaded: boolean) => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once when it opens, and again when there is something to search in
  useEffect(() => {
    const rows = rowsOf(box.current)
    const search = rows.find((row) => row instanceof HTMLInputElement)
    const active = rows.find((row) => row.getAttribute('aria-current') === 'true')
    ;(search ?? active ?? rows[0])?.focus()
  }, [loaded])
}

const walk = (box: HTMLElement | null, event: KeyboardEvent) => {
  const rows = rowsOf(box)
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const typing = document.activeElement instanceof HTMLInputElement
  const to =
    event.key === 'ArrowDown'
      ? (at + 1) % rows.length
      : event.key === 'ArrowUp'
        ? (at - 1 + rows.length) % rows.length
        : event.key === 'Home' && !typing
          ? 0
          : event.key === 'End' && !typing
            ? rows.length - 1
            : undefined
  if (to === undefined) return
  event.preventDefault()
  rows[to]?.focus()
}
