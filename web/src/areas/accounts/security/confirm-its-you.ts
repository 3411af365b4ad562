import { isApiError } from '../../../api/client.ts'

/* Some actions want a sign-in of the last few minutes. Whoever asks later gets a dialog in between, and then what they asked
   for. */

type Question = { answer: (confirmed: boolean) => void }

const listeners = new Set<() => void>()
let question: Question | undefined

const replace = (next: Question | undefined) => {
  question = next
  for (const listener of listeners) listener()
}

/** For the dialog: the question that waits for an answer. */
export const waitingQuestion = (): Question | undefined => question

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

let under: Promise<boolean> | undefined

/** Asks the person to confirm who they are; false when they would rather not. Of several at once, one dialog answers all.
 *  `focused` is what gets the focus back. */
export const confirmItsYou = (focused = document.activeElement): Promise<boolean> => {
  under ??= new Promise<boolean>((done) => replace({ answer: done })).finally(() => {
    under = undefined
    replace(undefined)
    // Once the dialog has faded out, unless another took its place.
    setTimeout(() => giveBackFocus(focused), 250)
  })
  return under
}

/** Waits a little: the button is disabled until the refused action has ended. */
const giveBackFocus = (element: Element | null, triesLeft = 20): void => {
  const isLost = document.activeElement === null || document.activeElement === document.body
  if (!isLost || triesLeft === 0 || !(element instanceof HTMLElement)) return
  element.focus()
  setTimeout(() => giveBackFocus(element, triesLeft - 1), 50)
}

/** `act`, repeated once after the person confirmed who they are when the server wants that first. Wrap the `mutationFn` of
 *  everything that may be refused with reauthentication_required. */
export const confirmed =
  <Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
  async (...args: Args): Promise<Result> => {
    // Before a button that waits for the answer is disabled and loses it.
    const focused = document.activeElement
    try {
      return await act(...args)
    } catch (error) {
      if (!isApiError(error, 'reauthentication_required') || !(await confirmItsYou(focused))) throw error
      return act(...args)
    }
  }
