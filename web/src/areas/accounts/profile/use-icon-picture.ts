import { useEffect, useState } from 'react'
import { iconBytesMax } from '#contract/profiles.ts'
import { sentenceOf } from '../../../api/problem.ts'
import { useRemoveIcon, useUploadIcon } from '../profile-queries.ts'

export const pictureTypes = ['image/png', 'image/jpeg', 'image/webp']

/** Why `file` cannot be an icon, or nothing. The server looks again, and closer. */
const problemWith = (file: File): string | undefined => {
  if (!pictureTypes.includes(file.type)) return 'Choose a PNG, JPEG or WebP picture.'
  if (file.size > iconBytesMax) return 'Choose a picture of at most 5 MB.'
  return undefined
}

/** Choosing, sending and removing the picture. While one is on its way, its own pixels are the preview. */
export const useIconPicture = () => {
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
