import { escapeHtml } from '../../../html.ts'
import type { Mail } from '../../../ports/mail.ts'
import { button, page } from './layout.ts'

/** What a person is told of by mail because it touches who can get in. */
export type Notice =
  | { kind: 'new-device'; device: string; ip: string; at: string }
  | { kind: 'password-changed' }
  | { kind: 'factor-added'; factor: string }
  | { kind: 'factor-removed'; factor: string }
  /** Somebody got past the first factor and failed at the second too often. */
  | { kind: 'second-factor-failed' }
  | { kind: 'recovery-code-used'; left: number }
  | { kind: 'recovery-codes-renewed' }
  | { kind: 'provider-connected'; provider: string }
  | { kind: 'provider-disconnected'; provider: string }
  | { kind: 'email-added'; address: string }
  | { kind: 'email-removed' }
  | { kind: 'primary-email-changed' }

/** Subject and sentences. Those of ours hold no six digits that could be taken for a code; a name that the person chose may. */
const wordsOf = (notice: Notice): { subject: string; sentence: string } => {
  switch (notice.kind) {
    case 'new-device': {
      const when = `${notice.at.slice(0, 10)} at ${notice.at.slice(11, 16)} UTC`
      const sentence = `Your account was signed in to from a browser we had not seen before: ${notice.device}, address ${notice.ip}, on ${when}.`
      return { subject: 'New sign-in to your Gatehouse account', sentence }
    }
    case 'password-changed':
      return {
        subject: 'Your Gatehouse password was changed',
        sentence: 'The password of your account was changed, and every other session was ended.',
      }
    case 'factor-added':
      return {
        subject: 'A second step was added to your Gatehouse account',
        sentence: `You can now confirm a sign-in with this: ${notice.factor}.`,
      }
    case 'factor-removed':
      return {
        subject: 'A second step was removed from your Gatehouse account',
        sentence: `This no longer confirms a sign-in: ${notice.factor}.`,
      }
    case 'second-factor-failed':
      return {
        subject: 'Somebody got past the first step of your Gatehouse sign-in',
        sentence:
          'Somebody gave your right password, or signed in at a provider you have connected, and then typed wrong codes again and again. They did not get in. For a quarter of an hour no code of the app is taken; your passkeys and recovery codes still work.',
      }
    case 'recovery-code-used':
      return {
        subject: 'A recovery code of your Gatehouse account was used',
        sentence: `Somebody signed in with one of your recovery codes. ${notice.left} are left.`,
      }
    case 'recovery-codes-renewed':
      return {
        subject: 'Your Gatehouse recovery codes were replaced',
        sentence: 'New recovery codes were made for your account. The earlier ones no longer work.',
      }
    case 'provider-connected':
      return {
        subject: `${notice.provider} can now sign you in to Gatehouse`,
        sentence: `Your account at ${notice.provider} was connected and can sign you in.`,
      }
    case 'provider-disconnected':
      return {
        subject: `${notice.provider} no longer signs you in to Gatehouse`,
        sentence: `Your account at ${notice.provider} was disconnected.`,
      }
    case 'email-added':
      return {
        subject: 'An address was added to your Gatehouse account',
        sentence: `This address was confirmed and can be used to sign in: ${notice.address}.`,
      }
    case 'email-removed':
      return {
        subject: 'This address was removed from a Gatehouse account',
        sentence: 'This address no longer belongs to the account and cannot be used to sign in.',
      }
    case 'primary-email-changed':
      return {
        subject: 'Your Gatehouse account has another primary address',
        sentence: 'Notices and reset links now go to another address of your account instead of this one.',
      }
  }
}

/** A notice says what happened and what to do if it was somebody else. */
export const noticeMail = (to: string, notice: Notice, siteUrl: string): Mail => {
  const { subject, sentence } = wordsOf(notice)
  // Reset links go to the primary address, which may be somebody else's by now.
  const reaches = notice.kind !== 'primary-email-changed' && notice.kind !== 'email-removed'
  const advice = reaches
    ? 'If this was you, there is nothing to do. If not, set a new password, which ends every session, and look through the settings of your account.'
    : 'If this was you, there is nothing to do. If not, sign in at once, change your password and make an address of yours the primary one again. If you cannot sign in any more, write to whoever runs this Gatehouse.'
  return {
    to,
    subject,
    text: `${sentence}\n\n${advice}\n\n${reaches ? `Set a new password: ${siteUrl}/forgot-password\n` : ''}Settings: ${siteUrl}/settings\n`,
    html: page(
      escapeHtml(subject),
      `<p>${escapeHtml(sentence)}</p>
<p>${advice}</p>
${button(`${siteUrl}/settings`, 'Look at my account')}
${reaches ? `<p><a href="${siteUrl}/forgot-password">Set a new password</a></p>` : ''}`,
    ),
  }
}
