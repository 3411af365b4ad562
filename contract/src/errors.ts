import { z } from 'zod'
import { roles, scopes } from './permissions.ts'

/** Every refusal of the API: its reason (stable for ever), the class and status of SPEC 15.2, and the sentence a person reads.
 *  Sentences may improve, reasons may not change. */
export const errors = {
  invalid_request: { code: 'VALIDATION_ERROR', status: 400, message: 'The request is not valid' },
  malformed_json: { code: 'VALIDATION_ERROR', status: 400, message: 'The body is not valid JSON' },
  conflicting_owner: {
    code: 'VALIDATION_ERROR',
    status: 400,
    message: 'The query and the body name different owners',
  },
  invalid_code: { code: 'VALIDATION_ERROR', status: 400, message: 'Invalid or expired code' },
  invalid_reset_link: { code: 'VALIDATION_ERROR', status: 400, message: 'Invalid or expired reset link' },
  password_too_common: {
    code: 'VALIDATION_ERROR',
    status: 400,
    message: 'This password is among those that are guessed first. Choose another',
  },
  wrong_password: { code: 'VALIDATION_ERROR', status: 400, message: 'This is not your password' },
  passkey_rejected: {
    code: 'VALIDATION_ERROR',
    status: 400,
    message: 'This passkey was not accepted. Try again, or use another way',
  },
  email_not_verified: {
    code: 'VALIDATION_ERROR',
    status: 400,
    message: 'Only verified emails can be set as primary',
  },
  primary_email_kept: { code: 'VALIDATION_ERROR', status: 400, message: 'Primary email cannot be removed' },
  image_unreadable: {
    code: 'VALIDATION_ERROR',
    status: 400,
    message: 'Send a PNG, JPEG or WebP picture of at most 5 MB and 50 megapixels',
  },
  cannot_follow_self: { code: 'VALIDATION_ERROR', status: 400, message: 'You cannot follow yourself' },
  transfer_before_leaving: {
    code: 'VALIDATION_ERROR',
    status: 400,
    message: 'Transfer ownership before leaving',
  },
  confirmation_word_wrong: { code: 'VALIDATION_ERROR', status: 400, message: 'Type DELETE to confirm' },
  page_out_of_range: {
    code: 'VALIDATION_ERROR',
    status: 400,
    message: 'Only the first 10,000 rows can be reached by page. Narrow the dates or the search',
  },

  authentication_required: { code: 'UNAUTHORIZED', status: 401, message: 'Authentication required' },
  invalid_api_key: { code: 'UNAUTHORIZED', status: 401, message: 'Invalid API key' },
  api_key_expired: { code: 'UNAUTHORIZED', status: 401, message: 'Invalid API key' },
  invalid_credentials: { code: 'UNAUTHORIZED', status: 401, message: 'Invalid email or password' },
  sign_up_not_started: {
    code: 'UNAUTHORIZED',
    status: 401,
    message: 'Your sign-up has expired or was started in another browser. Sign up again',
  },
  second_factor_not_pending: {
    code: 'UNAUTHORIZED',
    status: 401,
    message: 'Your sign-in has expired. Sign in again',
  },

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

  route_not_found: { code: 'NOT_FOUND', status: 404, message: 'Not found' },
  workspace_not_found: { code: 'NOT_FOUND', status: 404, message: 'Workspace not found' },
  api_key_not_found: { code: 'NOT_FOUND', status: 404, message: 'API key not found' },
  member_not_found: { code: 'NOT_FOUND', status: 404, message: 'Member not found' },
  invite_not_found: { code: 'NOT_FOUND', status: 404, message: 'Invite not found' },
  provider_not_found: {
    code: 'NOT_FOUND',
    status: 404,
    message: 'This installation offers no sign-in with that provider',
  },
  identity_not_found: { code: 'NOT_FOUND', status: 404, message: 'That provider is not connected' },
  session_not_found: { code: 'NOT_FOUND', status: 404, message: 'Session not found' },
  factor_not_found: { code: 'NOT_FOUND', status: 404, message: 'Second factor not found' },
  email_not_found: { code: 'NOT_FOUND', status: 404, message: 'Email not found' },
  user_not_found: { code: 'NOT_FOUND', status: 404, message: 'User not found' },
  icon_not_found: { code: 'NOT_FOUND', status: 404, message: 'Picture not found' },
  project_not_found: { code: 'NOT_FOUND', status: 404, message: 'Project not found' },
  dataset_not_found: { code: 'NOT_FOUND', status: 404, message: 'Dataset not found' },
  model_not_found: { code: 'NOT_FOUND', status: 404, message: 'Model not found' },
  export_not_found: { code: 'NOT_FOUND', status: 404, message: 'Export not found' },
  deployment_not_found: { code: 'NOT_FOUND', status: 404, message: 'Deployment not found' },
  run_not_found: { code: 'NOT_FOUND', status: 404, message: 'Training run not found' },
  event_not_found: { code: 'NOT_FOUND', status: 404, message: 'Event not found' },
  upload_not_found: { code: 'NOT_FOUND', status: 404, message: 'Upload not found' },
  trash_item_not_found: { code: 'NOT_FOUND', status: 404, message: 'This is not in the trash' },
  trash_job_not_found: { code: 'NOT_FOUND', status: 404, message: 'Job not found' },
  promo_code_not_found: { code: 'NOT_FOUND', status: 404, message: 'Invalid promo code' },

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

  request_timed_out: {
    code: 'REQUEST_TIMEOUT',
    status: 408,
    message: 'The request did not arrive in time. Try again',
  },

  headers_too_large: {
    code: 'HEADERS_TOO_LARGE',
    status: 431,
    message: 'The address or the headers are too large',
  },
  range_not_satisfiable: {
    code: 'RANGE_NOT_SATISFIABLE',
    status: 416,
    message: 'The file has no such range of bytes',
  },
  payload_too_large: { code: 'PAYLOAD_TOO_LARGE', status: 413, message: 'The request is too large' },
  unsupported_media_type: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    status: 415,
    message: 'Send the body as application/json',
  },

  rate_limited: { code: 'RATE_LIMITED', status: 429, message: 'Rate limit exceeded' },
  storage_recalculated_recently: {
    code: 'RATE_LIMITED',
    status: 429,
    message: 'Storage was recalculated a moment ago. Wait a minute before asking again',
  },
  code_sent_recently: {
    code: 'RATE_LIMITED',
    status: 429,
    message: 'A code was sent a moment ago. Wait before asking for another',
  },
  too_many_mails: {
    code: 'RATE_LIMITED',
    status: 429,
    message: 'Too many mails went to this address. Wait before asking for another',
  },
  second_factor_locked: {
    code: 'RATE_LIMITED',
    status: 429,
    message: 'Too many wrong codes. Wait before you try again',
  },
  sign_in_locked: {
    code: 'RATE_LIMITED',
    status: 429,
    message: 'Too many failed sign-ins. Wait, or reset your password',
  },

  internal: { code: 'INTERNAL_ERROR', status: 500, message: 'Something went wrong on our side' },
  store_unavailable: {
    code: 'INTERNAL_ERROR',
    status: 503,
    message: 'A store cannot be reached right now. Try again shortly',
  },
  runtime_not_configured: {
    code: 'INTERNAL_ERROR',
    status: 503,
    message: 'This installation has no machine to run that on',
  },
  mail_unavailable: {
    code: 'INTERNAL_ERROR',
    status: 503,
    message: 'The mail could not be sent right now. Try again shortly',
  },
} as const satisfies Record<string, { code: string; status: number; message: string }>

export type Reason = keyof typeof errors

/** The body of every refusal (SPEC 0.2). Clients need only `error`; `reason` is what a program should branch on. */
export const ErrorReply = z
  .object({
    error: z.string(),
    code: z.string(),
    reason: z.string(),
    requestId: z.string(),
    /** Seconds until another try makes sense. */
    retryAfter: z.number().optional(),
    resetAt: z.string().optional(),
    /** The one thing that would allow it, in a sentence; only for those who may know. */
    hint: z.string().optional(),
    /** The same for programs: one of these scopes, this role or higher, this plan, or a browser session instead of a key. */
    needs: z
      .object({
        scopes: z.array(z.enum(scopes)).optional(),
        role: z.enum(roles).optional(),
        plan: z.enum(['pro', 'enterprise']).optional(),
        session: z.literal(true).optional(),
      })
      .optional(),
    /** Which field was refused and why, on 400. */
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Error' })
export type ErrorReply = z.output<typeof ErrorReply>
