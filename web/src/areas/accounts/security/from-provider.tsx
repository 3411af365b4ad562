import { Button } from '@mantine/core'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef } from 'react'
import { type ProviderName, ProviderName as ProviderNameSchema } from '#contract/identities.ts'
import { toast } from '../../../ui/toast.tsx'
import { confirmItsYou } from './confirm-its-you.ts'
import { connectAddress, settingsAddress, takeConnecting } from './connecting.ts'
import { providerName } from './provider-buttons.tsx'
import { ProviderProblemNote } from './provider-problem.tsx'

/** What came of the visit to a provider that the person just returned from. */
export const FromProvider = ({ connected }: { connected: ProviderName[] }) => {
  const navigate = useNavigate()
  const search = useRouterState({ select: ({ location }) => location.search as Record<string, unknown> })
  const place = useRef<HTMLDivElement>(null)
  const problem = typeof search.problem === 'string' ? search.problem : undefined
  const connecting = ProviderNameSchema.safeParse(search.connecting).data
  const done = connecting !== undefined && !problem && connected.includes(connecting)

  const forget = () => void navigate({ href: settingsAddress, replace: true, resetScroll: false })
  const tell = useEffectEvent(() => {
    if (connecting) toast(`${providerName(connecting)} is connected.`)
    forget()
  })
  useEffect(() => {
    if (done) tell()
  }, [done])
  const goOn = useEffectEvent(() => {
    const kept = takeConnecting()
    if (connecting && kept === connecting && !problem && !done) location.assign(connectAddress(connecting))
  })
  useEffect(() => goOn(), [])
  useEffect(() => {
    if (problem) place.current?.scrollIntoView({ block: 'center' })
  }, [problem])

  if (!problem) return null
  const confirm = async () => {
    if (!(await confirmItsYou())) return
    if (connecting) location.assign(connectAddress(connecting))
    else forget()
  }
  return (
    <div ref={place}>
      <ProviderProblemNote problem={problem} onClose={forget}>
        {problem === 'reauthentication_required' && (
          <Button size="xs" mt="xs" onClick={() => void confirm()}>
            Confirm that it is you
          </Button>
        )}
      </ProviderProblemNote>
    </div>
  )
}
