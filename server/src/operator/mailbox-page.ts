import { escapeHtml } from '../html.ts'
import type { MailboxMessage } from '../ports/mailbox.ts'

/** Links of our own mails become clickable; nothing else in a message is treated as markup. */
const linked = (text: string): string =>
  escapeHtml(text).replace(
    /https?:&#47;&#47;\S+|https?:\/\/[^\s&]+(?:&#38;[^\s&]+)*/g,
    (url) => `<a href="${url}">${url}</a>`,
  )

const message = ({ to, subject, text, sentAt }: MailboxMessage): string => `
<article>
  <header><strong>${escapeHtml(subject)}</strong><span>to ${escapeHtml(to)} · <time datetime="${sentAt}">${sentAt.slice(0, 16).replace('T', ' ')} UTC</time></span></header>
  <pre>${linked(text)}</pre>
</article>`

/** Mail of an installation without SMTP, for the person at this machine. A page without scripts. */
export const mailboxPage = (messages: readonly MailboxMessage[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox · Gatehouse</title><link rel="stylesheet" href="/_mailbox.css"></head>
<body><main>
<h1>Mailbox</h1>
<p>No mail server is configured, so mail stays here, in memory, until the server stops. Newest first. Reload for more.</p>
${messages.length ? messages.map(message).join('') : '<p class="empty">Nothing has been sent yet.</p>'}
</main></body></html>`

mailboxPage.css = `
:root { color-scheme: light dark; --line: #d8dde3; --soft: #5b6470; --card: #fff; --page: #f6f7f9; --text: #16191d; --link: #0b6e6e; }
@media (prefers-color-scheme: dark) { :root { --line: #2d333b; --soft: #9aa4b0; --card: #1b1f24; --page: #121518; --text: #e8ebee; --link: #5cc8c4; } }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 720px; margin: 0 auto; padding: 32px 16px; }
h1 { font-size: 24px; margin: 0 0 4px; }
p { color: var(--soft); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 20px; margin: 16px 0; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; }
header span { color: var(--soft); font-size: 14px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 15px/1.5 ui-monospace, 'SF Mono', Menlo, monospace; margin: 12px 0 0; }
a { color: var(--link); }
`
