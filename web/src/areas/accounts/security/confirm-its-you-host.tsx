import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { subscribe, waitingQuestion } from './confirm-its-you.ts'

// Few visits need it, so it is not part of the first page.
const ConfirmItsYouDialog = lazy(() => import('./confirm-its-you-dialog.tsx'))

/** Where the question "is it you?" appears; once, at the root. */
export const ConfirmItsYou = () => {
  const question = useSyncExternalStore(subscribe, waitingQuestion)
  const [used, setUsed] = useState(false)
  if (question && !used) setUsed(true)

  // Listens from the first moment of the app and so before any dialog beneath, which would close as well.
  useEffect(() => {
    const onEscape = (event: KeyboardEvent) => {
      const waiting = waitingQuestion()
      if (event.key !== 'Escape' || !waiting) return
      event.stopImmediatePropagation()
      waiting.answer(false)
    }
    window.addEventListener('keydown', onEscape, { capture: true })
    return () => window.removeEventListener('keydown', onEscape, { capture: true })
  }, [])

  if (!used) return null
  return (
    <Suspense fallback={null}>
      <ConfirmItsYouDialog
        opened={question !== undefined}
        onAnswer={(confirmed) => waitingQuestion()?.answer(confirmed)}
      />
    </Suspense>
  )
}
