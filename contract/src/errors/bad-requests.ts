/** What was asked wrongly, or by nobody we know: 400 and 401. */
export const badRequests = {
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
  source_not_fetched: {
    code: 'VALIDATION_ERROR',
    status: 400,
    message: 'This server fetches no files from elsewhere. Upload the file and send its sessionId',
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
} as const
