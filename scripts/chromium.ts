import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { extract } from 'tar-fs'
import { root } from './tools.ts'

/** In the form of Playwright's `launchOptions`. */
export type ChromiumLaunch = {
  executablePath?: string
  channel?: 'chrome'
  args: string[]
  env: Record<string, string>
}

// Our own arguments: the package's turn off site isolation and web security, and CORS would go untested.
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
]

/** How to start a Chromium here: the one that npm brought (Linux on x86-64, unpacked at the first call), the one named by
 *  CHROMIUM_PATH, or else an installed Chrome. Several processes may call it at once. */
export async function chromiumLaunch(): Promise<ChromiumLaunch> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  if (process.env.CHROMIUM_PATH) return { executablePath: process.env.CHROMIUM_PATH, args, env }
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome', args: [], env }
  const folder = await unpacked()
  return {
    executablePath: join(folder, 'chromium'),
    args,
    env: {
      ...env,
      LD_LIBRARY_PATH: [join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  }
}

/** Unpacks the browser beside its place and moves it there when whole, so that a broken half is never launched. */
async function unpacked(): Promise<string> {
  const source = join(root, 'node_modules/@sparticuz/chromium')
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string }
  const cache = join(root, '.cache')
  const folder = join(cache, `chromium-${version}`)
  if (existsSync(folder)) return folder

  await mkdir(cache, { recursive: true })
  const staging = await mkdtemp(`${folder}-`)
  const bin = join(source, 'bin')
  const read = (name: string) => createReadStream(join(bin, name)).pipe(createBrotliDecompress())
  try {
    await Promise.all([
      pipeline(read('chromium.br'), createWriteStream(join(staging, 'chromium'), { mode: 0o755 })),
      pipeline(read('al2023.tar.br'), extract(join(staging, 'al2023'))),
      pipeline(read('fonts.tar.br'), extract(join(staging, 'fonts'))),
      pipeline(read('swiftshader.tar.br'), extract(staging)),
      writeFile(join(staging, 'fonts.conf'), fontsConfig(folder)),
    ])
    await rename(staging, folder).catch((error: NodeJS.ErrnoException) => {
      // Another process was quicker, and its copy is as good.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return folder
}

/** Names the unpacked fonts first and the system's after them. The package's own file names folders that exist only in its
 *  usual home; with it no text is painted at all. */
function fontsConfig(folder: string): string {
  const families = ['sans-serif', 'serif', 'system-ui']
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
${families.map((family) => `  <alias><family>${family}</family><prefer><family>Open Sans</family></prefer></alias>`).join('\n')}
</fontconfig>
`
}
