import { Alert } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { errors } from '#contract/errors.ts'
import { providerProblems } from '#contract/identities.ts'

const own: Record<string, string> = {
  ...providerProblems,
  second_factor_not_pending: 'Your sign-in took too long. Start again.',
}

/** What a person who comes back from a provider is told. `problem` stands in the address, so it may be anything. */
const sentenceFor = (problem: string): string => {
  if (Object.hasOwn(own, problem)) return own[problem]!
  const known = Object.hasOwn(errors, problem) ? errors[problem as keyof typeof errors].message : undefined
  return known ? `${known}.` : 'That did not work out. Try again.'
}

export const ProviderProblemNote = ({
  problem,
  onClose,
  children,
}: {
  problem: string
  onClose?: () => void
  /** What can be done about it. */
  children?: ReactNode
}) => (
  <Alert
    color="orange"
    icon={<IconInfoCircle size={18} />}
    role="alert"
    {...(onClose && { withCloseButton: true, onClose, closeButtonLabel: 'Dismiss' })}
  >
    <div>{sentenceFor(problem)}</div>
    {children}
  </Alert>
)
