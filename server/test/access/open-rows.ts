import type { AccessRow } from './row.ts'
import { alone } from './row.ts'

/* What belongs to nobody: the installation itself, its reference, and the addresses of whoever runs it. */

const open = (path: string, params?: Record<string, string>): AccessRow => ({
  route: `GET ${path}`,
  targets: alone,
  ask: () => (params ? { params } : {}),
})

export const openRows: AccessRow[] = [
  open('/api/instance'),
  open('/api/regions/:region/ping', { region: 'eu' }),
  open('/healthz'),
  open('/readyz'),
  // Asked from the machine itself here; elsewhere these refuse with loopback_only, whoever asks.
  open('/metrics'),
  open('/_mailbox'),
  open('/_mailbox.json'),
  open('/_mailbox.css'),
  open('/openapi.json'),
]
