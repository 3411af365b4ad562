import type { Mail } from '../../ports/mail.ts'

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body style="margin:0;padding:32px 16px;background:#f4f5f7;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;color:#1a1d21">
<div style="max-width:460px;margin:0 auto;background:#fff;border:1px solid #e3e6ea;border-radius:12px;padding:32px">
<p style="margin:0 0 20px;font-weight:700">Gatehouse</p>
<h1 style="margin:0 0 12px;font-size:20px">${title}</h1>
${body}
</div></body></html>`

const button = (url: string, label: string): string =>
  `<p style="margin:24px 0"><a href="${url}" style="background:#0b6e6e;color:#fff;padding:12px 20px;border-radius:8px;text-decoration:none;font-weight:600">${label}</a></p>`

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
