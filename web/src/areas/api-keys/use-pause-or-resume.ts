import { sentenceOf } from '../../api/problem.ts'
import { receiptSentence } from '../../ui/receipt.ts'
import { toast } from '../../ui/toast.tsx'
import { useMe } from '../accounts/queries.ts'
import { type ApiKey, useUpdateApiKey } from './queries.ts'

/** Pauses a key that works and resumes one that is paused; both can be taken back, so nobody is asked. */
export const usePauseOrResume = ({ keyId, name, status, pausedBy }: ApiKey) => {
  const { role } = useMe().workspace
  const update = useUpdateApiKey(keyId)
  const paused = status !== 'paused'
  const pauseOrResume = () =>
    update.mutate(
      { paused },
      {
        onSuccess: ({ receipt }) =>
          toast(paused ? `“${name}” is paused. ${receiptSentence(receipt)}` : `“${name}” works again.`),
        onError: (error) => toast(sentenceOf(error), { failed: true }),
      },
    )
  // What somebody above has paused, its maker does not resume.
  const mayResume = pausedBy === undefined || role === 'owner' || role === 'admin'
  return { pauseOrResume, isPending: update.isPending, mayResume }
}
