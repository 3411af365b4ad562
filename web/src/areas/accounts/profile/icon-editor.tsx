import {
  Box,
  Button,
  FileButton,
  Group,
  Input,
  Loader,
  Stack,
  Text,
  TextInput,
  type TextInputProps,
} from '@mantine/core'
import { IconPhotoUp } from '@tabler/icons-react'
import { type DragEvent, useRef, useState } from 'react'
import { WorkspaceIcon } from '../../../ui/workspace-icon.tsx'
import { IconColours } from './icon-colours.tsx'
import { pictureTypes, useIconPicture } from './use-icon-picture.ts'

type Props = {
  name: string
  color: string
  letter: string
  imageUrl: string | null
  onColor: (color: string) => void
  letterField: TextInputProps
  mayEdit: boolean
}

/** The square that stands for the workspace everywhere: a picture, or a colour with up to two letters. */
export const IconEditor = ({ name, color, letter, imageUrl, onColor, letterField, mayEdit }: Props) => {
  const picture = useIconPicture()
  const [over, setOver] = useState(false)
  const forgetFile = useRef<() => void>(null)
  const pick = (file: File | null) => {
    // The same file may be chosen again, mended meanwhile.
    forgetFile.current?.()
    if (file) picture.choose(file)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file && !picture.busy) picture.choose(file)
  }
  const dropTarget = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
    },
    onDrop: drop,
  }
  const shown = picture.preview ?? imageUrl
  return (
    <Stack gap="xs">
      <Group gap="lg" align="flex-start" className="gh-drop" data-over={over} {...(mayEdit && dropTarget)}>
        <Box pos="relative">
          <WorkspaceIcon name={name} letter={letter} color={color} imageUrl={shown} size={84} />
          {picture.busy && (
            <div className="gh-icon-busy">
              <Loader size={22} color="white" />
            </div>
          )}
        </Box>
        {mayEdit && (
          <Stack gap={6}>
            <Input.Label component="div">Picture</Input.Label>
            <Group gap="xs">
              <FileButton onChange={pick} resetRef={forgetFile} accept={pictureTypes.join(',')}>
                {(props) => (
                  <Button
                    {...props}
                    variant="default"
                    size="xs"
                    disabled={picture.busy}
                    leftSection={<IconPhotoUp size={15} stroke={1.7} />}
                  >
                    {imageUrl ? 'Replace' : 'Upload'}
                  </Button>
                )}
              </FileButton>
              {imageUrl && (
                <Button
                  variant="subtle"
                  color="gray"
                  size="xs"
                  onClick={picture.remove}
                  disabled={picture.busy}
                >
                  Remove
                </Button>
              )}
            </Group>
            <Text fz="xs" c="dimmed">
              PNG, JPEG or WebP up to 5 MB. Or drop it here.
            </Text>
          </Stack>
        )}
      </Group>
      <Text role="status" fz="sm" c={picture.failure ? 'var(--mantine-color-error)' : 'dimmed'}>
        {picture.failure ?? picture.progress}
      </Text>
      <Group gap="lg" align="flex-start">
        <IconColours color={color} onColor={onColor} disabled={!mayEdit} />
        <TextInput
          {...letterField}
          label="Initials"
          w={92}
          maxLength={2}
          placeholder={name.slice(0, 1).toUpperCase()}
        />
      </Group>
      {imageUrl && (
        <Text fz="xs" c="dimmed">
          Colour and initials stand in where the picture cannot be shown.
        </Text>
      )}
    </Stack>
  )
}
