import { ActionIcon, Badge, Group, Modal, Stack, Switch, Text, UnstyledButton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import { bytes } from '../../../ui/bytes.ts'
import { splitNames } from './dataset-words.ts'
import { colorOfClass, countClasses, nameOfClass } from './label-shapes.ts'
import { LabelledImage } from './labelled-image.tsx'
import type { DatasetImage, DatasetInFull } from './queries.ts'

type Props = {
  dataset: DatasetInFull
  images: readonly DatasetImage[]
  /** How many there are, shown or not yet. */
  total: number
  index: number
  opened: boolean
  onIndex: (index: number) => void
  onClose: () => void
}

/** One image as large as there is room, with its labels and their classes. Arrow keys turn to the next, L hides the labels. */
const ImageViewer = ({ dataset, images, total, index, opened, onIndex, onClose }: Props) => {
  const image = images[index]
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="min(1080px, 100%)"
      title={
        <Text component="span" fw={640} style={{ overflowWrap: 'anywhere' }}>
          {image?.file}
        </Text>
      }
      returnFocus
    >
      {image && (
        <Viewed
          key={dataset._id}
          dataset={dataset}
          image={image}
          index={index}
          count={images.length}
          total={total}
          onIndex={onIndex}
        />
      )}
    </Modal>
  )
}

type ViewedProps = {
  dataset: DatasetInFull
  image: DatasetImage
  index: number
  count: number
  total: number
  onIndex: (index: number) => void
}

const Viewed = ({ dataset, image, index, count, total, onIndex }: ViewedProps) => {
  const [withLabels, setWithLabels] = useState(true)
  const [onlyClass, setOnlyClass] = useState<number>()
  const turn = (by: number) => {
    const next = index + by
    if (next < 0 || next >= count) return
    setOnlyClass(undefined)
    onIndex(next)
  }
  useHotkeys(
    [
      ['ArrowLeft', () => turn(-1)],
      ['ArrowRight', () => turn(1)],
      ['L', () => setWithLabels((shown) => !shown)],
    ],
    // Nothing is typed here, and the switch may have the focus.
    [],
  )
  return (
    <Stack gap="md">
      <div className="gh-viewed">
        <LabelledImage
          key={image._id}
          image={image}
          kptShape={dataset.kptShape}
          size="full"
          classNames={dataset.classNames}
          withLabels={withLabels}
          onlyClass={onlyClass}
        />
      </div>
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          <ActionIcon
            variant="default"
            size={36}
            aria-label="Previous image"
            disabled={index === 0}
            onClick={() => turn(-1)}
          >
            <IconChevronLeft size={18} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={36}
            aria-label="Next image"
            disabled={index >= count - 1}
            onClick={() => turn(1)}
          >
            <IconChevronRight size={18} />
          </ActionIcon>
          <Text fz="sm" c="dimmed" className="gh-tabular" role="status">
            {(index + 1).toLocaleString('en')} of {total.toLocaleString('en')}
          </Text>
        </Group>
        <Group gap="sm">
          <Badge variant="default">{splitNames[image.split]}</Badge>
          <Text fz="sm" c="dimmed">
            {image.width} × {image.height} · {bytes(image.sizeBytes)}
          </Text>
          <Switch
            label="Labels"
            checked={withLabels}
            onChange={(event) => setWithLabels(event.currentTarget.checked)}
          />
        </Group>
      </Group>
      <Classes
        image={image}
        classNames={dataset.classNames}
        onlyClass={onlyClass}
        onOnly={(classId) => setOnlyClass(classId === onlyClass ? undefined : classId)}
      />
    </Stack>
  )
}

type ClassesProps = {
  image: DatasetImage
  classNames: readonly string[]
  onlyClass: number | undefined
  onOnly: (classId: number) => void
}

/** What the labels of an image name, and how often. A click leaves that class alone on the image. */
const Classes = ({ image, classNames, onlyClass, onOnly }: ClassesProps) => {
  const classes = countClasses(image.annotations)
  if (classes.length === 0)
    return (
      <Text fz="sm" c="dimmed">
        This image has no labels.
      </Text>
    )
  return (
    <Group gap={6} role="group" aria-label="Classes in this image">
      {classes.slice(0, 60).map(({ classId, count }) => (
        <UnstyledButton
          key={classId}
          className="gh-class"
          aria-pressed={onlyClass === classId}
          onClick={() => onOnly(classId)}
        >
          <span className="gh-class-dot" style={{ background: colorOfClass(classId) }} />
          {nameOfClass(classNames, classId)}
          {count > 1 && <span className="gh-class-count">{count}</span>}
        </UnstyledButton>
      ))}
    </Group>
  )
}

export default ImageViewer
