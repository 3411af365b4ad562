/** What does not go with how things stand: 409 and 410. */
export const conflicts = {
  email_in_use: { code: 'CONFLICT', status: 409, message: 'Email is already in use' },
  email_already_verified: { code: 'CONFLICT', status: 409, message: 'Email is already verified' },
  totp_already_set_up: {
    code: 'CONFLICT',
    status: 409,
    message: 'An authenticator app is already set up. Remove it first',
  },
  passkey_already_kept: { code: 'CONFLICT', status: 409, message: 'This passkey is already kept' },
  last_sign_in_method: {
    code: 'CONFLICT',
    status: 409,
    message: 'This is your only way to sign in. Add another first',
  },
  second_factor_missing: {
    code: 'CONFLICT',
    status: 409,
    message: 'Sign in with a second factor yourself before you ask it of others',
  },
  already_member: { code: 'CONFLICT', status: 409, message: 'This person is already a member' },
  invite_pending: {
    code: 'CONFLICT',
    status: 409,
    message: 'This address already has a pending invite',
  },
  api_key_replaced: {
    code: 'CONFLICT',
    status: 409,
    message: 'This key was already replaced. Rotate the newer one',
  },
  invite_accepted: { code: 'CONFLICT', status: 409, message: 'This invite was already accepted' },
  team_has_members: {
    code: 'CONFLICT',
    status: 409,
    message: 'Other members still hold seats. Remove them first',
  },
  username_taken: { code: 'CONFLICT', status: 409, message: 'Username is already taken' },
  already_onboarded: {
    code: 'CONFLICT',
    status: 409,
    message: 'This account is already set up. Sign in instead',
  },
  region_unavailable: {
    code: 'CONFLICT',
    status: 409,
    message: 'This installation does not offer that data region',
  },
  slug_taken: {
    code: 'CONFLICT',
    status: 409,
    message: 'Something of that name is already there. Choose another name',
  },
  license_locked: {
    code: 'CONFLICT',
    status: 409,
    message: 'This licence came with the copy and stays with it',
  },
  model_not_completed: { code: 'CONFLICT', status: 409, message: 'Only completed models can be copied' },
  training_active: {
    code: 'CONFLICT',
    status: 409,
    message: 'A training is running and tells this itself. Wait for it to end, or cancel it',
  },
  export_in_flight: {
    code: 'CONFLICT',
    status: 409,
    message: 'This export is already being made. Wait for it to end',
  },
  training_not_active: { code: 'CONFLICT', status: 409, message: 'This training is not running' },
  weights_not_ready: { code: 'CONFLICT', status: 409, message: 'This model has no weights yet' },
  dataset_not_ready: { code: 'CONFLICT', status: 409, message: 'This dataset is still processing' },
  upload_completed: { code: 'CONFLICT', status: 409, message: 'This upload is already complete' },
  upload_incomplete: {
    code: 'CONFLICT',
    status: 409,
    message: 'Parts of this upload are missing. Send them, then complete it',
  },
  checksum_mismatch: {
    code: 'CONFLICT',
    status: 409,
    message: 'What arrived has another SHA-256. Send the file again',
  },
  parent_in_trash: {
    code: 'CONFLICT',
    status: 409,
    message: 'Cannot restore model while its parent project is in trash. Restore the project first.',
  },
  not_undoable: { code: 'CONFLICT', status: 409, message: 'This cannot be undone' },
  undo_expired: { code: 'CONFLICT', status: 409, message: 'Undo window has expired' },
  undo_done: { code: 'CONFLICT', status: 409, message: 'This was already undone' },
  undo_conflict: {
    code: 'CONFLICT',
    status: 409,
    message: 'This was changed again since. Undo the later change first',
  },
  upload_expired: { code: 'GONE', status: 410, message: 'This upload has expired. Start it again' },
  invite_expired: { code: 'GONE', status: 410, message: 'This invite has expired. Ask for a new one' },
} as const
