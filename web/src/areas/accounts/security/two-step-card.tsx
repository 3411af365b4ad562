import { Badge, Divider } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { factorsQuery } from '../security-queries.ts'
import { AuthenticatorApp } from './authenticator-app.tsx'
import { LoadedCard } from './loaded-card.tsx'
import { PasskeyList } from './passkey-list.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx'

/** Passkeys, the authenticator app, and the codes for the day both are out of reach. */
export const TwoStepCard = () => {
  const query = useQuery(factorsQuery())
  const [codes, setCodes] = useState<string[]>()
  const on = query.data && (query.data.passkeys.length > 0 || query.data.totp !== null)
  return (
    <LoadedCard
      title="Two-step sign-in"
      lead="A second step keeps others out even when they learn your password."
      query={query}
      beside={<Badge color={on ? 'green' : 'gray'}>{on ? 'On' : 'Off'}</Badge>}
    >
      {({ passkeys, totp, recoveryCodesLeft }) => {
        const factors = passkeys.length + (totp ? 1 : 0)
        return (
          <>
            <PasskeyList passkeys={passkeys} alone={factors === 1} onCodes={setCodes} />
            <Divider color="var(--gh-border)" />
            <AuthenticatorApp totp={totp} alone={factors === 1} onCodes={setCodes} />
            {factors > 0 && (
              <>
                <Divider color="var(--gh-border)" />
                <RecoveryCodes left={recoveryCodesLeft} onCodes={setCodes} />
              </>
            )}
            <RecoveryCodesDialog codes={codes} onClose={() => setCodes(undefined)} />
          </>
        )
      }}
    </LoadedCard>
  )
}
