import { Box, Card, ColorSwatch, Group, Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { bytes } from '../../ui/bytes.ts'
import { counted } from '../../ui/counted.ts'
import { kinds } from '../../ui/kinds.ts'
import { layOut, type Box as Place } from './map-layout.ts'
import { largestInTrashQuery, type TrashItem, type TrashSummary } from './queries.ts'

const mapHeight = 196

/** What the whole trash takes, as boxes by size. A list for who does not see it. */
export const TrashMap = ({ summary }: { summary: TrashSummary }) => {
  const { data } = useQuery(largestInTrashQuery())
  const { ref, width } = useElementSize()
  const shown = (data ?? []).filter(({ sizeBytes }) => sizeBytes > 0)
  const boxes = withOthers(shown, summary)
  const places = layOut(
    boxes.map(({ sizeBytes }) => sizeBytes),
    width,
    mapHeight,
  )
  if (summary.totalSizeBytes === 0) return null
  return (
    <Card component="figure" m={0} p="md">
      <Group component="figcaption" justify="space-between" gap="4px 16px" mb="sm">
        <Text fw={600} fz="sm">
          What takes how much
        </Text>
        <Legend shown={shown} />
      </Group>
      <Box ref={ref} component="ul" className="gh-map" h={mapHeight} aria-label="Largest first">
        {width > 0 &&
          boxes.map((box, index) => (
            <Box
              key={box.id}
              component="li"
              className="gh-map-box"
              data-type={box.type}
              data-small={hasNoRoom(places[index])}
              title={`${box.name}, ${bytes(box.sizeBytes)}`}
              style={places[index]}
            >
              <span className="gh-map-words">
                <b>{box.name}</b>
                <br />
                {bytes(box.sizeBytes)}
              </span>
            </Box>
          ))}
      </Box>
    </Card>
  )
}

/** Whether no text fits; it is still read aloud. */
const hasNoRoom = (place: Place | undefined): boolean => !place || place.width < 48 || place.height < 42

type MapBox = { id: string; name: string; sizeBytes: number; type: TrashItem['type'] | 'others' }

/** The largest by name, and one box for all the rest. */
const withOthers = (shown: readonly TrashItem[], { totalItems, totalSizeBytes }: TrashSummary): MapBox[] => {
  const named = shown.map(({ _id, name, sizeBytes, type }) => ({ id: _id, name, sizeBytes, type }))
  const rest = totalSizeBytes - named.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (shown.length === 0 || rest <= 0) return named
  const others = counted(Math.max(1, totalItems - shown.length), 'other')
  return [...named, { id: 'others', name: others, sizeBytes: rest, type: 'others' }]
}

const Legend = ({ shown }: { shown: readonly TrashItem[] }) => (
  <Group gap="4px 14px" aria-hidden>
    {(['project', 'dataset', 'model'] as const)
      .filter((type) => shown.some((item) => item.type === type))
      .map((type) => (
        <Group key={type} gap={6} wrap="nowrap">
          <ColorSwatch color={`var(--gh-map-${type})`} size={10} withShadow={false} />
          <Text fz="xs" c="dimmed">
            {kinds[type].many}
          </Text>
        </Group>
      ))}
  </Group>
)
