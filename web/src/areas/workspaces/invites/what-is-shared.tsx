import { Box, Text } from '@mantine/core'
import type { Region } from '#contract/common.ts'
import { regions } from '#contract/regions.ts'
import type { Invite } from './queries.ts'

type Props = {
  invite: Invite
  /** Where the person's own data lives; unknown when it could not be asked. */
  ownRegion: Region | undefined
}

const placeOf = (region: Region): string => `${regions[region].label} (${regions[region].location})`

/** What joining gives the workspace, and where whose data stays. Told before the button, and louder where data crosses a region. */
export const WhatIsShared = ({ invite: { workspace, email }, ownRegion }: Props) => {
  const name = workspace.displayName
  const there = placeOf(workspace.region)
  const crosses = ownRegion !== undefined && ownRegion !== workspace.region
  return (
    <Box p="md" style={{ borderRadius: 10, background: 'var(--gh-tint)', overflowWrap: 'anywhere' }}>
      <Text fz="sm">
        You share your name and <b>{email}</b> with <b>{name}</b>.
      </Text>
      <Text fz="sm" mt={6} fw={crosses ? 640 : undefined}>
        {crosses
          ? `${name}’s data stays in ${there}; yours stays in ${placeOf(ownRegion)}.`
          : ownRegion
            ? `${name}’s data stays in ${there}, as yours does.`
            : `${name}’s data stays in ${there}; yours stays in the region you chose.`}
      </Text>
      {crosses && (
        <Text fz="sm" mt={6}>
          So your name and this address are kept in {there} too.
        </Text>
      )}
    </Box>
  )
}
