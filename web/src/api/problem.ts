import type { Reason } from '#contract/errors.ts'
import { ApiError } from './client.ts'

export type Problem = {
  title: string
  /** What the person can do next. */
  advice?: string
}

/** A failure that brings its own words: no server told it, or the page knows more than the reason says. */
export class Explained extends Error {
  readonly problem: Problem
  /** Of the refusal it puts in other words. */
  readonly requestId: string | undefined

  constructor(problem: Problem, requestId?: string) {
    super(problem.title)
    this.name = 'Explained'
    this.problem = problem
    this.requestId = requestId
  }
}

/** Reasons whose cause or remedy needs more words than the server's own sentence. What is not listed shows that sentence. */
const problems: Partial<Record<Reason | 'no_answer' | 'unexpected_reply', Problem>> = {
  no_answer: {
    title: 'The server did not answer',
    advice: 'Check your connection, then try again.',
  },
  unexpected_reply: {
    title: 'The server answered in a way this page does not understand',
    advice: 'It may have been updated. Reload the page and try again.',
  },
  invalid_request: { title: 'Something in the form is not right', advice: 'Check the marked fields.' },
  invalid_code: {
    title: 'That code is wrong or has expired',
    advice: 'Check the newest mail from us, or ask for a fresh code.',
  },
  invalid_reset_link: {
    title: 'This link has expired or was already used',
    advice: 'Ask for a new one. A link works once, for 30 minutes.',
  },
  password_too_common: {
    title: 'This password is among the first that get guessed',
    advice: 'Choose another one.',
  },
  wrong_password: { title: 'That is not your password', advice: 'Check it and try again.' },
  passkey_rejected: {
    title: 'That passkey was not accepted',
    advice: 'Try once more, or use another way.',
  },
  authentication_required: { title: 'You are signed out', advice: 'Sign in to go on.' },
  invalid_credentials: {
    title: 'That email and password do not match',
    advice: 'Check both, or reset your password.',
  },
  sign_up_not_started: {
    title: 'This sign-up has expired, or was started in another browser',
    advice: 'Go on in the browser where you began, or sign up again.',
  },
  second_factor_not_pending: {
    title: 'Your sign-in took too long',
    advice: 'Start again with your email and password.',
  },
  reauthentication_required: {
    title: 'Nothing has changed',
    advice: 'For this you first need to confirm that it is you.',
  },
  email_limit_reached: {
    title: 'An account has at most 10 addresses',
    advice: 'Remove one you no longer need.',
  },
  passkey_limit_reached: {
    title: 'An account has at most 20 passkeys',
    advice: 'Remove one you no longer use.',
  },
  permission_denied: {
    title: 'Your role in this workspace does not allow that',
    advice: 'Ask an owner or admin of the workspace.',
  },
  session_only: { title: 'This can only be done when signed in here' },
  cross_origin: {
    title: 'This request did not come from the site',
    advice: 'Reload the page and try again.',
  },
  model_limit_reached: {
    title: 'Your plan’s model limit is reached',
    advice: 'Delete models you no longer need, or move to a larger plan.',
  },
  storage_recalculated_recently: { title: 'This was counted a moment ago' },
  project_not_found: {
    title: 'We could not find that project',
    advice: 'It may have been removed, or it belongs to a workspace you cannot see.',
  },
  dataset_not_found: {
    title: 'We could not find that dataset',
    advice: 'It may have been removed, or it belongs to a workspace you cannot see.',
  },
  model_not_found: {
    title: 'We could not find that model',
    advice: 'It may have been removed, or it belongs to a workspace you cannot see.',
  },
  api_key_not_found: {
    title: 'That key is already gone',
    advice: 'Reload the page to see the current list.',
  },
  key_not_yours: {
    title: 'Only whoever made this key may do that',
    advice: 'Owners and admins can pause, resume and revoke it.',
  },
  workspace_owner_required: {
    title: 'Here only the owner of a workspace manages its keys',
    advice: 'Ask the owner of this workspace.',
  },
  workspace_not_found: {
    title: 'We could not find that workspace',
    advice: 'It may have been deleted, or you are no longer a member of it.',
  },
  confirmation_word_wrong: { title: 'Nothing was deleted', advice: 'Type DELETE, in capitals, to confirm.' },
  session_not_found: { title: 'That session has already ended' },
  factor_not_found: {
    title: 'That is already removed',
    advice: 'Reload the page to see the current list.',
  },
  email_not_found: {
    title: 'That address is already removed',
    advice: 'Reload the page to see the current list.',
  },
  email_in_use: { title: 'Another account uses that address', advice: 'Remove it there first.' },
  email_already_verified: { title: 'That address is already verified' },
  last_sign_in_method: {
    title: 'This is your only way to sign in',
    advice: 'Set a password or connect another account first.',
  },
  totp_already_set_up: {
    title: 'An authenticator app is already set up',
    advice: 'Remove it first, then set up the other one.',
  },
  passkey_already_kept: {
    title: 'This device already has a passkey for your account',
    advice: 'You can use it as it is.',
  },
  seat_limit_reached: {
    title: 'Every seat of this workspace is taken',
    advice: 'Cancel an invite or remove a member first.',
  },
  team_limit_reached: {
    title: 'You already own 5 teams, the most one person can',
    advice: 'Delete one or hand it over first.',
  },
  license_expired: {
    title: 'The Enterprise license of this workspace has expired',
    advice: 'Its owner can renew it. Until then it is closed to everybody else.',
  },
  second_factor_required: {
    title: 'This team asks for a second factor',
    advice: 'Set one up under Settings in your personal workspace, then sign in with it.',
  },
  second_factor_missing: {
    title: 'You have not signed in with a second factor yourself',
    advice: 'Do that first: otherwise you would lock yourself out.',
  },
  transfer_before_leaving: {
    title: 'You own this team',
    advice: 'Transfer ownership to another member, then you can leave.',
  },
  team_has_members: {
    title: 'Other members still hold seats',
    advice: 'Remove them first, then delete the team.',
  },
  member_not_found: {
    title: 'That person is no longer a member',
    advice: 'The list shows who is.',
  },
  already_member: { title: 'This person is already a member' },
  invite_pending: {
    title: 'This address already has a pending invite',
    advice: 'Resend it, or cancel it to choose another role.',
  },
  invite_not_found: {
    title: 'This invite is no longer valid',
    advice: 'It was cancelled, or a newer mail took its place.',
  },
  invite_accepted: { title: 'This invite was already accepted' },
  invite_expired: {
    title: 'This invite has expired',
    advice: 'Ask whoever invited you to send it again.',
  },
  invite_for_another_address: {
    title: 'This invite was sent to another address',
    advice: 'Add that address to your account, or sign in with the account that has it.',
  },
  username_taken: { title: 'Somebody just took that username', advice: 'Choose another one.' },
  api_key_replaced: {
    title: 'That key was already replaced',
    advice: 'Rotate the newer one of the same name.',
  },
  already_onboarded: { title: 'This account is already set up', advice: 'Sign in instead.' },
  region_unavailable: {
    title: 'This installation no longer offers that data region',
    advice: 'Choose another one.',
  },
  training_not_active: { title: 'This run has already ended' },
  weights_not_ready: { title: 'This model has no weights yet', advice: 'They arrive while it trains.' },
  undo_conflict: {
    title: 'It was changed again since',
    advice: 'Undo the later change first, then this one.',
  },
  undo_expired: {
    title: 'The hour for undoing this is over',
    advice: 'You can still change it back by hand.',
  },
  undo_done: { title: 'This was already undone' },
  not_undoable: { title: 'This cannot be undone' },
  code_sent_recently: { title: 'We sent a code a moment ago', advice: 'Give the mail a minute to arrive.' },
  too_many_mails: { title: 'Too many mails with codes were asked for', advice: 'Try again later.' },
  second_factor_locked: { title: 'Too many failed attempts', advice: 'Wait a little before you try again.' },
  sign_in_locked: {
    title: 'Too many failed attempts',
    advice: 'Wait a little, or reset your password.',
  },
  rate_limited: { title: 'That was a lot of requests at once', advice: 'Wait a moment, then try again.' },
  internal: {
    title: 'Something went wrong on our side',
    advice: 'Try again. If it keeps happening, tell your operator the request id.',
  },
  store_unavailable: {
    title: 'Part of the service cannot be reached right now',
    advice: 'Nothing is lost. Try again in a moment.',
  },
  mail_unavailable: { title: 'The mail could not be sent', advice: 'Try again in a moment.' },
}

/** The sentence for a failure, and what to do next: what the server says would allow it, where it says so. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof Explained) return error.problem
  if (!(error instanceof ApiError)) return problems.internal!
  const known = problems[error.reason as Reason]
  const problem = known ?? { title: error.message || problems.internal!.title }
  if (error.retryAfter) return { ...problem, advice: `Try again in ${inWords(error.retryAfter)}.` }
  return error.hint ? { ...problem, advice: asSentence(error.hint) } : problem
}

/** What an operator finds the failure by. None where no answer came. */
export const requestIdOf = (error: unknown): string | undefined =>
  error instanceof ApiError || error instanceof Explained ? error.requestId : undefined

/** Title and advice in one line, for toasts and fields. */
export const sentenceOf = (error: unknown): string => {
  const { title, advice } = problemOf(error)
  return advice ? `${asSentence(title)} ${advice}` : asSentence(title)
}

/** `error` in the words that fit this place, where `words` has some for its reason. */
export const explained = (error: unknown, words: Partial<Record<Reason, Problem>>): unknown => {
  if (!(error instanceof ApiError) || error.retryAfter) return error
  const problem = words[error.reason as Reason]
  return problem ? new Explained(problem, error.requestId) : error
}

/** Refusals about one value of the form: told at that field, and nowhere else. */
const fieldsOfReason: Partial<Record<string, string[]>> = {
  password_too_common: ['newPassword', 'password'],
  wrong_password: ['currentPassword', 'password'],
  invite_pending: ['email'],
  already_member: ['email'],
}

/** What remains to be told beside the form: nothing when `fieldErrorsOf` puts the whole of it at a field. */
export const besideFields = (error: unknown): unknown =>
  error instanceof ApiError && error.reason in fieldsOfReason ? null : error

/** Messages for form fields out of a 400: `{ field: sentence }`. */
export const fieldErrorsOf = (error: unknown, labels: Record<string, string>): Record<string, string> => {
  if (!(error instanceof ApiError)) return {}
  const field = fieldsOfReason[error.reason]?.find((name) => name in labels)
  if (field) return { [field]: sentenceOf(error) }
  const known = error.issues
    .map(({ path, message }) => ({ field: path.replace(/^body[./]/, ''), message }))
    .filter(({ field }) => field in labels)
  return Object.fromEntries(
    known.map(({ field, message }) => [field, fieldSentence(labels[field]!, message)]),
  )
}

/** Schema messages begin with a verb ("must be at least 10 characters"), so that each form can put its own label first. */
export const fieldSentence = (label: string, message: string): string =>
  /^(must|is|may|has) /.test(message) ? `${label} ${message}` : message

const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

const inWords = (seconds: number): string => {
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`
}
