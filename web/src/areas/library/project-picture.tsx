import { Button, FileButton, Group, Stack, Text } from '@mantine/core'
import { IconPhotoUp } from '@tabler/icons-react'
import { useState } from 'react'
import { iconBytesMax } from '#contract/profiles.ts'
import { sentenceOf } from '../../api/problem.ts'
import { useProjectIcon } from './changes.ts'
import { ProjectIcon } from './project-icon.tsx'
import type { Project } from './queries.ts'

const types = ['image/png', 'image/jpeg', 'image/webp']

type Props = { project: Project; color: string; letter: string }

/** The picture of a project, kept as soon as it is chosen. Without one, colour and letters stand there, as they are being changed. */
export const ProjectPicture = ({ project, color, letter }: Props) => {
  const { upload, removal } = useProjectIcon(project._id)
  const [refused, setRefused] = useState<string>()
  const busy = upload.isPending || removal.isPending
  const choose = (file: File | null) => {
    if (!file) return
    upload.reset()
    removal.reset()
    const problem = !types.includes(file.type)
      ? 'Choose a PNG, JPEG or WebP picture.'
      : file.size > iconBytesMax
        ? 'Choose a picture of at most 5 MB.'
        : undefined
    setRefused(problem)
    if (!problem) upload.mutate(file)
  }
  const error = upload.error ?? removal.error
  const failure = refused ?? (error ? sentenceOf(error) : undefined)
  return (
    <Group gap="md" wrap="nowrap" align="center">
      <ProjectIcon project={{ ...project, iconColor: color || undefined, iconLetter: letter }} size={64} />
      <Stack gap={6}>
        <Group gap="xs">
          <FileButton onChange={choose} accept={types.join(',')}>
            {(props) => (
              <Button
                {...props}
                variant="default"
                size="xs"
                loading={upload.isPending}
                disabled={busy}
                leftSection={<IconPhotoUp size={15} stroke={1.7} />}
              >
                {project.imageUrl ? 'Replace picture' : 'Upload picture'}
              </Button>
            )}
          </FileButton>
          {project.imageUrl && (
            <Button
              variant="subtle"
              color="gray"
              size="xs"
              disabled={busy}
              onClick={() => removal.mutate(undefined)}
            >
              Remove
            </Button>
          )}
        </Group>
        <Text fz="xs" c={failure ? 'var(--mantine-color-error)' : 'dimmed'} role="status">
          {failure ?? 'PNG, JPEG or WebP up to 5 MB.'}
        </Text>
      </Stack>
    </Group>
  )
}
