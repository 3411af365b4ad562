import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Lines } from '../security/line.tsx'
import { LoadedCard } from '../security/loaded-card.tsx'
import { AddEmailForm } from './add-email-form.tsx'
import { EmailLine } from './email-line.tsx'
import { emailsQuery } from './queries.ts'

/** The person's addresses: where notifications go, and what they sign in with. */
export const EmailsCard = () => {
  const query = useQuery(emailsQuery())
  const [adding, form] = useDisclosure()
  /** The address whose code field is open. */
  const [verifying, setVerifying] = useState<string>()
  return (
    <LoadedCard
      title="Emails"
      lead="Notifications and links to reset your password go to the primary address. You can sign in with every verified one."
      query={query}
      beside={
        !adding && (
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={form.open}>
            Add email
          </Button>
        )
      }
    >
      {(emails) => (
        <>
          <Lines label="Emails">
            {emails.map((email) => (
              <EmailLine
                key={email.id}
                email={email}
                verifying={verifying === email.id}
                onVerify={(open) => setVerifying(open ? email.id : undefined)}
              />
            ))}
          </Lines>
          {adding && (
            <AddEmailForm
              onClose={form.close}
              onAdded={({ id }) => {
                form.close()
                setVerifying(id)
              }}
            />
          )}
        </>
      )}
    </LoadedCard>
  )
}
