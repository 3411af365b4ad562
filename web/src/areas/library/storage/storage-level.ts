/** How full a workspace is. SPEC 11.1 gives the bounds: amber from 70 %, red from 90 %. */
export type StorageLevel = 'roomy' | 'filling' | 'full'

export const levelOf = (percent: number): StorageLevel =>
  percent >= 90 ? 'full' : percent >= 70 ? 'filling' : 'roomy'
