import { Button, Group, Skeleton, Text } from '@mantine/core'
import { IconArrowDown, IconTerminal2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { CopyIcon } from '../../ui/copy.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { consoleQuery } from './queries.ts'
import { terminalText } from './terminal-text.ts'

/** What the training printed. Follows the end until somebody scrolls up to read. */
export const ConsoleTab = ({ modelId, live }: { modelId: string; live: boolean }) => {
  const { data, error, refetch } = useQuery(consoleQuery(modelId, live))
  const text = useMemo(() => terminalText(data?.text ?? ''), [data?.text])
  const wasLive = useRef(live)
  useEffect(() => {
    if (wasLive.current && !live) void refetch()
    wasLive.current = live
  }, [live, refetch])

  if (!data)
    return error ? (
      <ErrorState error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton h={360} radius="lg" />
    )
  if (text.trim() === '') {
    return (
      <EmptyState icon={IconTerminal2} title={live ? 'Waiting for the first lines' : 'No console output'}>
        {live ? 'They arrive every few seconds.' : 'This run sent none.'}
      </EmptyState>
    )
  }
  return <Screen text={text} />
}

const Screen = ({ text }: { text: string }) => {
  const box = useRef<HTMLElement>(null)
  const [following, setFollowing] = useState(true)

  // biome-ignore lint/correctness/useExhaustiveDependencies: each new text moves the end
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [text, following])

  const watch = () => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = box.current ?? {}
    setFollowing(scrollTop + clientHeight >= scrollHeight - 24)
  }
  return (
    <div>
      <Group justify="space-between" mb="xs" mih={32}>
        <Text fz="sm" c="dimmed">
          {text.split('\n').length.toLocaleString('en')} lines
        </Text>
        <Group gap="xs">
          {!following && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconArrowDown size={14} />}
              onClick={() => setFollowing(true)}
            >
              Follow the end
            </Button>
          )}
          <CopyIcon value={text} what="the console output" />
        </Group>
      </Group>
      <ScrollRegion ref={box} className="gh-console" onScroll={watch} aria-label="Console output">
        {text}
      </ScrollRegion>
    </div>
  )
}
