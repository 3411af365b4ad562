import { escapeHtml } from '../../html.ts'

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · local provider</title><link rel="stylesheet" href="/_identity/page.css"></head>
<body><main>
${body}
</main></body></html>`

export type SignInForm = {
  email: string
  name: string
  isVerified: boolean
  /** A sentence about what was wrong with the last attempt. */
  problem?: string
}

/** Where somebody tells the local provider who they want to be. Without scripts; what was typed is text and never markup. */
export const signInPage = (action: string, { email, name, isVerified, problem }: SignInForm): string =>
  page(
    'Sign in',
    `<h1>Local try-out provider</h1>
<p>This page belongs to Gatehouse itself. It stands in for Google, GitHub or Apple, so that signing in with a provider can be tried on
this machine without the internet. It asks for no password: whoever you say you are, it vouches for.</p>
<form method="post" action="${escapeHtml(action)}">
${problem ? `<p class="problem" id="problem" role="alert">${escapeHtml(problem)}</p>` : ''}
<label for="email">E-mail</label>
<input id="email" name="email" type="email" required maxlength="254" autocomplete="email"${problem ? ' aria-invalid="true" aria-describedby="problem"' : ''} value="${escapeHtml(email)}">
<label for="name">Name</label>
<input id="name" name="name" type="text" maxlength="100" autocomplete="name" value="${escapeHtml(name)}">
<div class="check"><input id="verified" name="verified" type="checkbox" value="yes"${isVerified ? ' checked' : ''}>
<label for="verified">The provider has verified this address</label></div>
<div class="buttons"><button name="choice" value="continue">Continue</button>
<button name="choice" value="cancel" formnovalidate class="quiet">Cancel</button></div>
</form>`,
  )

/** For a visit that is unknown, over, or asks for what is not there. */
export const endedPage = (): string =>
  page(
    'This sign-in has ended',
    `<h1>This sign-in has ended</h1>
<p>It took too long, was already used, or did not begin here. Go back to Gatehouse and start again.</p>
<p><a href="/">Back to Gatehouse</a></p>`,
  )

export const pageStyle = `
:root { color-scheme: light dark; --line: #8a939e; --soft: #5b6470; --card: #fff; --page: #f6f7f9; --text: #16191d; --accent: #0b6e6e; --on-accent: #fff; --wrong: #a8201a; }
@media (prefers-color-scheme: dark) { :root { --line: #6b7580; --soft: #9aa4b0; --card: #1b1f24; --page: #121518; --text: #e8ebee; --accent: #5cc8c4; --on-accent: #0d2423; --wrong: #ff9d94; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 440px; margin: 0 auto; padding: 32px 16px; }
h1 { font-size: 24px; margin: 0 0 8px; }
p { color: var(--soft); margin: 0 0 16px; }
a { color: var(--accent); }
form { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px; }
label { display: block; font-weight: 600; }
input[type=email], input[type=text] { width: 100%; min-height: 44px; padding: 8px 12px; margin: 4px 0 16px; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 8px; }
.check { display: flex; gap: 8px; align-items: center; min-height: 44px; }
.check input { width: 20px; height: 20px; margin: 0; accent-color: var(--accent); }
.check label { font-weight: 400; }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 16px; }
button { min-height: 44px; padding: 8px 20px; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 8px; cursor: pointer; }
button.quiet { color: var(--text); background: none; border-color: var(--line); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { color: var(--wrong); font-weight: 600; }
`
