import { ConnectedAccountsCard } from './connected-accounts-card.tsx'
import { PasswordCard } from './password-card.tsx'
import { SessionsCard } from './sessions-card.tsx'
import { TwoStepCard } from './two-step-card.tsx'

/** Password, connected accounts, two-step sign-in and sessions of the signed-in person. */
export const SecurityCards = () => (
  <>
    <PasswordCard />
    <ConnectedAccountsCard />
    <TwoStepCard />
    <SessionsCard />
  </>
)
