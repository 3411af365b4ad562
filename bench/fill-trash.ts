import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connected } from './query.ts'

/** Fills the trash of a workspace with `count` models of one project, each with weights that lie on the disk, and its library with as
 *  many models again as one page shows. Nothing of it is readable: it is there to be removed. */
export const fillTrash = async (
  { cellUrl, filesDir }: { cellUrl: string; filesDir: string },
  workspaceId: string,
  count: number,
): Promise<void> => {
  await connected(cellUrl, async (client) => {
    const project = 'b'.repeat(24)
    const id = (letter: string) => `'${letter.repeat(12)}' || lpad(to_hex(n), 12, '0')`
    const series = 'generate_series(1, $2::int) n'
    await client.query('begin')
    await client.query(
      `insert into projects (id, workspace_id, slug, name, visibility, created_at, updated_at)
       values ($2, $1, 'bench', 'bench', 'private', now(), now())`,
      [workspaceId, project],
    )
    await client.query(
      `insert into models (id, workspace_id, project_id, slug, name, created_at, updated_at, trashed_at, trash_batch_id)
       select ${id('c')}, $1, $3, 'model-' || n, 'model-' || n, now(), now(), now(), ${id('d')} from ${series}`,
      [workspaceId, count, project],
    )
    await client.query(
      `insert into uploads (id, workspace_id, model_id, started_by, filename, state, size_bytes, created_at, expires_at)
       select ${id('e')}, $1, ${id('c')}, $1, 'best.pt', 'stored', 1000, now(), now() from ${series}`,
      [workspaceId, count],
    )
    await client.query(
      `update models set weights_upload_id = 'eeeeeeeeeeee' || right(id, 12) where workspace_id = $1`,
      [workspaceId],
    )
    await client.query(
      `insert into trash_items (id, workspace_id, type, resource_id, project_id, name, slug, size_bytes, trashed_by, trashed_at)
       select ${id('d')}, $1, 'model', ${id('c')}, $3, 'model-' || n, 'model-' || n, 1000, $1, now() from ${series}`,
      [workspaceId, count, project],
    )
    await client.query(
      'update workspaces set storage_bytes = 1000 * $2::bigint, model_bytes = 1000 * $2::bigint where id = $1',
      [workspaceId, count],
    )
    await client.query('commit')
    await client.query('vacuum analyze')
  })
  const folder = join(filesDir, 'us', 'weights')
  await mkdir(folder, { recursive: true })
  const bytes = Buffer.alloc(1000)
  for (let start = 1; start <= count; start += 200)
    await Promise.all(
      Array.from({ length: Math.min(200, count - start + 1) }, (_, n) =>
        writeFile(join(folder, `${'e'.repeat(12)}${(start + n).toString(16).padStart(12, '0')}`), bytes),
      ),
    )
}
