import { Text, Tooltip } from '@mantine/core'
import { Moment } from '../../ui/moment.tsx'
import { onTheClock } from './key-life.ts'
import type { ApiKey } from './queries.ts'

const addressesShown = 3

/** Since when, by whom, until when, from where. */
export const ApiKeyFacts = ({ apiKey }: { apiKey: ApiKey }) => {
  const { createdAt, createdBy, isOwn, status, pausedAt, expiresAt, allowedAddresses } = apiKey
  return (
    <Text fz="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
      <div>
        Created <Moment at={createdAt} inSentence />
        {!isOwn && createdBy && ` by ${createdBy}`}
        {' · '}
        <LastUse apiKey={apiKey} />
      </div>
      {status === 'paused' && pausedAt && (
        <div>
          Paused <Moment at={pausedAt} inSentence />
        </div>
      )}
      {expiresAt && (
        <div>
          {status === 'expired' ? 'Ended' : 'Works until'}{' '}
          <time dateTime={expiresAt}>{onTheClock(expiresAt)}</time>
        </div>
      )}
      {allowedAddresses && allowedAddresses.length > 0 && <OnlyFrom addresses={allowedAddresses} />}
    </Text>
  )
}

const LastUse = ({ apiKey: { lastUsedAt, lastUsedBy, usageCount } }: { apiKey: ApiKey }) => {
  if (!lastUsedAt) return <>not used yet</>
  return (
    <>
      last used <Moment at={lastUsedAt} inSentence />
      {lastUsedBy && ` from ${[lastUsedBy.machine, lastUsedBy.client].filter(Boolean).join(', ')}`}
      {usageCount > 0 && ` · ${usageCount.toLocaleString('en')} ${usageCount === 1 ? 'use' : 'uses'}`}
    </>
  )
}

const OnlyFrom = ({ addresses }: { addresses: string[] }) => {
  const more = addresses.slice(addressesShown)
  return (
    <div>
      Only from {addresses.slice(0, addressesShown).join(', ')}
      {more.length > 0 && (
        <>
          {' and '}
          <Tooltip label={more.join(', ')} multiline maw={320}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it only a pointer could open the rest */}
            <span tabIndex={0} style={{ textDecoration: 'underline dotted' }}>
              {more.length} more
            </span>
          </Tooltip>
        </>
      )}
    </div>
  )
}
