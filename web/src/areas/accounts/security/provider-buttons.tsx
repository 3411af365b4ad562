import { Badge, Button } from '@mantine/core'
import { IconBrandApple, IconBrandGithub, IconBrandGoogle, IconServer } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ProviderName, providerLabels } from '#contract/identities.ts'
import { instanceQuery } from '../queries.ts'
import { providerAddress } from './provider-address.ts'

export const providerIcons = {
  google: IconBrandGoogle,
  github: IconBrandGithub,
  apple: IconBrandApple,
  local: IconServer,
} satisfies Record<ProviderName, unknown>

/** At the beginning of a line or alone. */
export const providerName = (provider: ProviderName): string =>
  provider === 'local' ? 'Local provider' : providerLabels[provider]

/** Ways in by somebody else's account, as far as this installation offers them. */
export const ProviderButtons = ({ next }: { next?: string }) => {
  const { data } = useQuery(instanceQuery())
  return data?.signInProviders.map((provider) => {
    const Glyph = providerIcons[provider]
    return (
      <Button
        key={provider}
        component="a"
        href={providerAddress(provider, { next })}
        variant="default"
        size="md"
        fullWidth
        leftSection={<Glyph size={19} stroke={1.7} aria-hidden />}
        rightSection={provider === 'local' && <Badge color="gray">Embedded</Badge>}
      >
        {provider === 'local' ? 'Try the local provider' : `Continue with ${providerLabels[provider]}`}
      </Button>
    )
  })
}

/** Whether there is anybody else to sign in with. */
export const useOffersProviders = (): boolean => {
  const { data } = useQuery(instanceQuery())
  return data !== undefined && data.signInProviders.length > 0
}
