import { sentenceOf } from '../../api/problem.ts'
import { toast } from '../../ui/toast.tsx'
import { type ApiKey, useUpdateApiKey } from './queries.ts'

/** Pauses a key that works and resumes one that is paused; both can be taken back, so nobody is asked. */
export const usePauseOrResume = ({ keyId, name, status }: ApiKey) => {
  const update = useUpdateApiKey(keyId)
  const paused = status !== 'paused'
  const pauseOrResume = () =>
    update.mutate(
      { paused },
      {
        onSuccess: () => toast(paused ? `“${name}” is paused.` : `“${name}” works again.`),
        onError: (error) => toast(sentenceOf(error), { failed: true }),
      },
    )
  return { pauseOrResume, isPending: update.isPending }
}
