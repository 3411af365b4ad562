/** What is too large, too often, or our own trouble: 408, 413, 415, 429, 431 and from 500 on. */
export const limitsAndFaults = {
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
} as const
