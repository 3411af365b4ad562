import type { AssetType } from '#contract/uploads.ts'

/** Where the bytes of an upload are kept: whole under this key, or in parts beneath it. */
export const uploadKey = ({ id, assetType }: { id: string; assetType: AssetType }): string =>
  assetType === 'models' ? `weights/${id}` : `uploads/${id}`

/** Where a part is. Number and arrival are sealed with it, so that no store can swap parts or bring back an older one. */
export const partKey = (
  upload: { id: string; assetType: AssetType },
  { number, objectId }: { number: number; objectId: string },
): string => `${uploadKey(upload)}/${number}-${objectId}`
