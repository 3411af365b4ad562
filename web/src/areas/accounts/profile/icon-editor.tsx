import {
  Box,
  Button,
  CheckIcon,
  ColorSwatch,
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
import { type DragEvent, useEffect, useRef, useState } from 'react'
import { iconBytesMax } from '#contract/profiles.ts'
import { sentenceOf } from '../../../api/problem.ts'
import { WorkspaceIcon } from '../../../ui/workspace-icon.tsx'
import { useRemoveIcon, useUploadIcon } from '../profile-queries.ts'

const colours = [
  ['Gate', '#0c6b73'],
  ['Ink', '#33415c'],
  ['Indigo', '#4c51bf'],
  ['Violet', '#7c3aad'],
  ['Rose', '#b8325e'],
  ['Brick', '#b4472b'],
  ['Amber', '#b7791f'],
  ['Moss', '#4d7c2f'],
] as const

const pictureTypes = ['image/png', 'image/jpeg', 'image/webp']

/** Why `file` cannot be an icon, or nothing. The server looks again, and closer. */
const problemWith = (file: File): string | undefined => {
  if (!pictureTypes.includes(file.type)) return 'Choose a PNG, JPEG or WebP picture.'
  if (file.size > iconBytesMax) return 'Choose a picture of at most 5 MB.'
  return undefined
}

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
  const picture = usePicture()
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
        <Stack gap={6}>
          <Input.Label component="div" id="icon-colour">
            Icon colour
          </Input.Label>
          <Group gap={8} role="group" aria-labelledby="icon-colour">
            {colours.map(([label, value]) => {
              const chosen = (color || '#0c6b73').toLowerCase() === value
              return (
                <ColorSwatch
                  key={value}
                  component="button"
                  type="button"
                  color={value}
                  size={28}
                  withShadow={false}
                  onClick={() => onColor(value)}
                  disabled={!mayEdit}
                  aria-label={label}
                  aria-pressed={chosen}
                  title={label}
                  style={{ color: '#fff', cursor: mayEdit ? 'pointer' : 'default' }}
                >
                  {chosen && <CheckIcon size={12} />}
                </ColorSwatch>
              )
            })}
          </Group>
        </Stack>
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

/** Choosing, sending and removing the picture. While one is on its way, its own pixels are the preview. */
const usePicture = () => {
  const upload = useUploadIcon()
  const removal = useRemoveIcon()
  const [refused, setRefused] = useState<string>()
  const [preview, setPreview] = useState<string>()
  useEffect(() => () => URL.revokeObjectURL(preview ?? ''), [preview])

  const choose = (file: File) => {
    removal.reset()
    upload.reset()
    const problem = problemWith(file)
    setRefused(problem)
    if (problem) return
    setPreview(URL.createObjectURL(file))
    upload.mutate(file, { onSettled: () => setPreview(undefined) })
  }
  const remove = () => {
    setRefused(undefined)
    upload.reset()
    removal.mutate()
  }
  const error = upload.error ?? removal.error
  return {
    preview,
    choose,
    remove,
    busy: upload.isPending || removal.isPending,
    failure: refused ?? (error ? sentenceOf(error) : undefined),
    progress: upload.isPending
      ? 'Uploading the picture…'
      : removal.isPending
        ? 'Removing the picture…'
        : upload.isSuccess
          ? 'The picture is set.'
          : removal.isSuccess
            ? 'The picture is removed.'
            : '',
  }
}
