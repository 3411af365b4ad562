import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileOf, root } from './tools.ts'

// The server restarts when its sources change; Vite serves the web app with hot reload and hands /api to the server.
const children = [
  spawn(process.execPath, ['--watch', '--watch-preserve-output', join(root, 'server/src/main.ts')], {
    stdio: 'inherit',
  }),
  spawn(process.execPath, [fileOf('vite')], { cwd: join(root, 'web'), stdio: 'inherit' }),
]
const stop = () => {
  for (const child of children) child.kill('SIGTERM')
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
for (const child of children)
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 0
    stop()
  })
