import type { TrashType } from '#contract/trash.ts'

const types: readonly TrashType[] = ['project', 'dataset', 'model']

/** Which part of the trash the address names. */
export type TrashSearch = {
  type?: TrashType | undefined
  search?: string | undefined
  page?: number | undefined
}

/** What an address says of the trash; whatever it does not say well is left out. */
export const readTrashSearch = ({ type, search, page }: Record<string, unknown>): TrashSearch => ({
  type: types.find((known) => known === type),
  search: typeof search === 'string' && search ? search.slice(0, 200) : undefined,
  page: /^[1-9]\d{0,4}$/.test(String(page)) && Number(page) > 1 ? Number(page) : undefined,
})
