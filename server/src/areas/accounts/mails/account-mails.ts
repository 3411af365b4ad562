import type { Mail } from '../../../ports/mail.ts'
import { button, page } from './layout.ts'

/** The code is the plain text's only stand-alone six-digit number (SPEC 2), so the link that carries it is in the HTML part. */
export const codeMail = (to: string, code: string, siteUrl: string): Mail => ({
  to,
  subject: 'Your Gatehouse code',
  text: `Welcome to Gatehouse.\n\nYour code is ${code}\n\nType it in the window where you began. It is good for ten minutes. If you did not ask for it, you can ignore this mail.\n`,
  html: page(
    'Welcome to Gatehouse',
    `<p>Type this code in the window where you began. It is good for ten minutes.</p>
<p style="font-size:32px;letter-spacing:8px;font-weight:700;margin:20px 0">${code}</p>
${button(`${siteUrl}/verify?code=${code}`, 'Fill in the code')}
<p style="color:#5b6470;font-size:14px">If you did not ask for it, you can ignore this mail.</p>`,
  ),
})

/** Proves an address that somebody adds to their account. It may be somebody else's, who is told so. */
export const addressCodeMail = (to: string, code: string): Mail => ({
  to,
  subject: 'Confirm this address for Gatehouse',
  text: `Somebody, probably you, added this address to a Gatehouse account.\n\nThe code is ${code}\n\nType it beside the address in the settings. It is good for ten minutes. If it was not you, you can ignore this mail: without the code nothing happens.\n`,
  html: page(
    'Confirm this address',
    `<p>Somebody, probably you, added this address to a Gatehouse account. Type this code beside the address in the settings. It is good for ten minutes.</p>
<p style="font-size:32px;letter-spacing:8px;font-weight:700;margin:20px 0">${code}</p>
<p style="color:#5b6470;font-size:14px">If it was not you, you can ignore this mail: without the code nothing happens.</p>`,
  ),
})

/** Goes to an address that already has an account, so that the page can answer alike to everybody. */
export const knownAddressMail = (to: string, siteUrl: string): Mail => ({
  to,
  subject: 'You already have a Gatehouse account',
  text: `Somebody, probably you, tried to sign up with this address. It already has an account.\n\nSign in: ${siteUrl}/sign-in\nForgot the password? ${siteUrl}/forgot-password\n\nIf it was not you, nothing has changed and there is nothing to do.\n`,
  html: page(
    'You already have an account',
    `<p>Somebody, probably you, tried to sign up with this address. It already has an account.</p>
${button(`${siteUrl}/sign-in`, 'Sign in')}
<p><a href="${siteUrl}/forgot-password">Forgot the password?</a></p>
<p style="color:#5b6470;font-size:14px">If it was not you, nothing has changed and there is nothing to do.</p>`,
  ),
})

export const passwordResetMail = (to: string, url: string): Mail => ({
  to,
  subject: 'Set a new Gatehouse password',
  text: `Open this link to set a new password. It works once, for thirty minutes:\n\n${url}\n\nIf you did not ask for it, you can ignore this mail; your password stays as it is.\n`,
  html: page(
    'Set a new password',
    `<p>The link works once, for thirty minutes.</p>
${button(url, 'Set a new password')}
<p style="color:#5b6470;font-size:14px">If you did not ask for it, you can ignore this mail; your password stays as it is.</p>`,
  ),
})
