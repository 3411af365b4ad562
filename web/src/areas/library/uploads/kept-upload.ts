import { z } from 'zod'
import type { AssetType } from '#contract/uploads.ts'

/* After a reload the browser has to be given the file again. What is kept here says which upload it belongs to, and whether it is the
   same file. */

export type Asset = { assetType: AssetType; assetId: string }

const Kept = z.object({
  sessionId: z.string(),
  name: z.string(),
  size: z.number(),
  lastModified: z.number(),
})
export type KeptUpload = z.output<typeof Kept>

/** Under whom it is kept: the next person at this browser has nothing to do with it. */
const placeOf = (userId: string, { assetType, assetId }: Asset): string =>
  `gatehouse.upload.${userId}.${assetType}.${assetId}`

export const keepUpload = (userId: string, asset: Asset, kept: KeptUpload): void => {
  try {
    localStorage.setItem(placeOf(userId, asset), JSON.stringify(kept))
  } catch {
    // Storage is blocked or full: the upload goes on, but not after a reload.
  }
}

export const keptUpload = (userId: string, asset: Asset): KeptUpload | undefined => {
  try {
    const parsed = Kept.safeParse(JSON.parse(localStorage.getItem(placeOf(userId, asset)) ?? 'null'))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

export const forgetUpload = (userId: string, asset: Asset): void => {
  try {
    localStorage.removeItem(placeOf(userId, asset))
  } catch {
    // It was never kept.
  }
}

/** Whether a file is the one that was being sent. Of two that agree in these three, the checksum tells them apart. */
export const isSameFile = (kept: KeptUpload, file: Pick<File, 'name' | 'size' | 'lastModified'>): boolean =>
  kept.name === file.name && kept.size === file.size && kept.lastModified === file.lastModified
