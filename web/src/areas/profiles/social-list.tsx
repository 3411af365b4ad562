import { Anchor, Group, Text } from '@mantine/core'
import {
  type Icon,
  IconBrandDiscord,
  IconBrandGithub,
  IconBrandLinkedin,
  IconBrandX,
  IconBrandYoutube,
  IconSchool,
  IconWorld,
} from '@tabler/icons-react'
import { type SocialPlatform, socialLink, socialPlatforms } from '#contract/socials.ts'
import type { PublicProfile } from './queries.ts'

const looks: Record<SocialPlatform, { name: string; icon: Icon }> = {
  github: { name: 'GitHub', icon: IconBrandGithub },
  linkedin: { name: 'LinkedIn', icon: IconBrandLinkedin },
  twitter: { name: 'X', icon: IconBrandX },
  youtube: { name: 'YouTube', icon: IconBrandYoutube },
  scholar: { name: 'Google Scholar', icon: IconSchool },
  discord: { name: 'Discord', icon: IconBrandDiscord },
  website: { name: 'Website', icon: IconWorld },
}

/** Where else somebody is found. A handle without an address of its own (Discord) is plain text. */
export const SocialList = ({ socials }: { socials: NonNullable<PublicProfile['socials']> }) => {
  const given = socialPlatforms.filter((platform) => socials[platform])
  if (given.length === 0) return null
  return (
    <Group component="ul" gap="6px 18px" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Social links">
      {given.map((platform) => (
        <li key={platform}>
          <Social platform={platform} handle={socials[platform]!} />
        </li>
      ))}
    </Group>
  )
}

const Social = ({ platform, handle }: { platform: SocialPlatform; handle: string }) => {
  const { name, icon: Glyph } = looks[platform]
  const address = socialLink(platform, handle)
  // An id of Google Scholar says nothing to people.
  const shown = platform === 'scholar' ? name : handle
  const content = (
    <Group gap={6} wrap="nowrap" component="span">
      <Glyph size={17} stroke={1.7} aria-hidden style={{ flexShrink: 0 }} />
      <span style={{ overflowWrap: 'anywhere' }}>{shown}</span>
    </Group>
  )
  const label = `${name}: ${handle}`
  if (!address) {
    return (
      <Text span fz="sm" c="dimmed" aria-label={label} role="img" title={name}>
        {content}
      </Text>
    )
  }
  return (
    <Anchor
      href={address}
      target="_blank"
      rel="me noopener nofollow"
      fz="sm"
      c="dimmed"
      aria-label={label}
      title={name}
    >
      {content}
    </Anchor>
  )
}
