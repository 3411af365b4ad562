import { Button, Stack } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { challengePasskey, useSignInWithPasskey } from '../security-queries.ts'
import {
  askPasskey,
  canFillInPasskeys,
  canUsePasskeys,
  closePasskeyPrompt,
  wasReplaced,
} from './passkey-browser.ts'

// A challenge holds for five minutes; the quiet offer is renewed before.
const renewMs = 4 * 60_000

/** Signing in with a passkey: a button, and where the browser can, an offer in the list under the email field. */
export const PasskeySignIn = ({ onDone }: { onDone: () => void }) => {
  const enter = useSignInWithPasskey()
  const [round, setRound] = useState(0)
  const offerAgain = () => setRound((count) => count + 1)

  const accept = useEffectEvent((answer: Awaited<ReturnType<typeof askPasskey>>) =>
    enter.mutate(async () => answer, { onSuccess: onDone, onError: offerAgain }),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round is one offer
  useEffect(() => {
    let left = false
    const offer = async () => {
      if (!(await canFillInPasskeys()) || left) return
      const options = await challengePasskey()
      if (!left) accept(await askPasskey(options, { underField: true }))
    }
    // A quiet offer fails quietly.
    offer().catch(() => undefined)
    const timer = setTimeout(offerAgain, renewMs)
    return () => {
      left = true
      clearTimeout(timer)
      closePasskeyPrompt()
    }
  }, [round])

  if (!canUsePasskeys()) return null
  const ask = async () => askPasskey(await challengePasskey())
  return (
    <Stack gap="sm">
      <Button
        variant="default"
        size="md"
        leftSection={<IconFingerprint size={19} stroke={1.7} aria-hidden />}
        onClick={() => enter.mutate(ask, { onSuccess: onDone, onError: offerAgain })}
        loading={enter.isPending}
      >
        Sign in with a passkey
      </Button>
      <ErrorNote error={wasReplaced(enter.error) ? null : enter.error} />
    </Stack>
  )
}
