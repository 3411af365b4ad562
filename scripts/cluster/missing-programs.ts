import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** One sentence with the Debian packages to install when a program that a cluster needs is not on the PATH; undefined when all are. */
export const missingPrograms = async (): Promise<string | undefined> => {
  const needed = { haproxy: 'haproxy', 'redis-server': 'redis-server' }
  const missing: string[] = []
  for (const [program, debian] of Object.entries(needed)) if (!(await isOnPath(program))) missing.push(debian)
  if (missing.length === 0) return undefined
  return `This needs ${missing.join(' and ')} on the PATH; on Debian: apt-get install ${missing.join(' ')}`
}

const isOnPath = async (program: string): Promise<boolean> => {
  for (const folder of (process.env.PATH ?? '').split(delimiter))
    if (
      await access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return true
  return false
}
