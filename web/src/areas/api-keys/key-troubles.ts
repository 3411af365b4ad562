/** What a program that is turned away is told, why that may be, and what helps (SPEC 5.5). `reason` tells refusals with the same
 *  words apart. */
export type Trouble = { status: number; says: string; reason: string; checks: string[] }

export const keyTroubles: Trouble[] = [
  {
    status: 401,
    says: 'Invalid API key',
    reason: 'invalid_api_key',
    checks: [
      'Was the whole key copied? It begins with ul_ and has 43 characters.',
      'Is it still in the list above? A revoked key never works again; neither does that of a member who left.',
      'Is ULTRALYTICS_API_KEY set in the terminal or job that runs, and not only in another one?',
      'Does ULTRALYTICS_PLATFORM_URL point here? Otherwise the client asks another server.',
      'Is the client 8.4.60 or newer?',
    ],
  },
  {
    status: 401,
    says: 'Invalid API key',
    reason: 'api_key_expired',
    checks: [
      'Its end has come, or it was rotated and its time beside the new one is over.',
      'Put the newer key in its place, or create one. A client that met this has to be started again.',
    ],
  },
  {
    status: 403,
    says: 'This API key is paused',
    reason: 'api_key_paused',
    checks: [
      'Somebody paused it. Its maker, an owner or an admin can resume it here; programs then go on with the same key.',
    ],
  },
  {
    status: 403,
    says: 'This API key does not work from this address',
    reason: 'address_not_allowed',
    checks: [
      'The key is limited to certain addresses; the hint in the answer names the one the request came from.',
      'Add that address under Limits, or run the program where the key is meant to be used.',
    ],
  },
  {
    status: 403,
    says: 'Permission denied for this operation',
    reason: 'permission_denied, scope_missing, workspace_mismatch, session_only',
    checks: [
      'Does the project belong to the workspace the key was made in?',
      'Do the permissions of the key cover what the program does? The hint in the answer names what is missing.',
      'Does whoever made the key still have a role that may do it?',
      'Some things are for people signed in to the site, and no key can do them.',
    ],
  },
  {
    status: 403,
    says: 'Workspace owner access required',
    reason: 'workspace_owner_required',
    checks: [
      'This installation leaves keys to the owners of workspaces. Use a key that the owner made, or ask them for one.',
    ],
  },
  {
    status: 429,
    says: 'Rate limit exceeded',
    reason: 'rate_limited',
    checks: [
      'Slow down, and wait as many seconds as the Retry-After header says.',
      'Each key has limits of its own: give programs that run side by side a key each.',
    ],
  },
]
