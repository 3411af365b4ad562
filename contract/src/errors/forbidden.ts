/** What this caller may not, or not any more of: 403. */
export const forbidden = {
  permission_denied: { code: 'FORBIDDEN', status: 403, message: 'Permission denied for this operation' },
  scope_missing: { code: 'FORBIDDEN', status: 403, message: 'Permission denied for this operation' },
  session_only: { code: 'FORBIDDEN', status: 403, message: 'Permission denied for this operation' },
  workspace_mismatch: { code: 'FORBIDDEN', status: 403, message: 'Permission denied for this operation' },
  workspace_owner_required: { code: 'FORBIDDEN', status: 403, message: 'Workspace owner access required' },
  key_not_yours: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'Only whoever made this key may do that',
  },
  api_key_paused: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'This API key is paused. Resume it in the settings of its workspace',
  },
  address_not_allowed: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'This API key does not work from this address',
  },
  license_expired: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'Enterprise license expired. The owner of the workspace can renew it',
  },
  seat_limit_reached: { code: 'FORBIDDEN', status: 403, message: 'Seat limit reached' },
  team_limit_reached: { code: 'FORBIDDEN', status: 403, message: 'Maximum of 5 teams per user' },
  invite_for_another_address: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'This invite was sent to another address. Add that address to your account, or sign in with it',
  },
  cross_origin: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'This request did not come from the site. Reload the page and try again',
  },
  email_unverified: { code: 'FORBIDDEN', status: 403, message: 'Verify your email to continue' },
  reauthentication_required: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'Confirm that it is you to go on',
  },
  second_factor_required: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'This team asks its members for a second factor. Set one up and sign in with it',
  },
  email_limit_reached: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'An account has at most 10 addresses. Remove one first',
  },
  passkey_limit_reached: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'An account has at most 20 passkeys. Remove one first',
  },
  model_limit_reached: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'Model limit reached. Upgrade your plan or delete models.',
  },
  deployment_limit_reached: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'Deployment limit reached. Upgrade your plan or delete deployments.',
  },
  storage_limit_exceeded: { code: 'FORBIDDEN', status: 403, message: 'Storage limit exceeded' },
  file_limit_exceeded: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'This file is larger than the plan allows',
  },
  signature_invalid: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'This link is not valid or has expired. Ask for a new one',
  },
  loopback_only: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'This address answers only on the machine the server runs on',
  },
} as const
