/** The frame of every mail. `title` and `body` are HTML. */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body style="margin:0;padding:32px 16px;background:#f4f5f7;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;color:#1a1d21">
<div style="max-width:460px;margin:0 auto;background:#fff;border:1px solid #e3e6ea;border-radius:12px;padding:32px">
<p style="margin:0 0 20px;font-weight:700">Gatehouse</p>
<h1 style="margin:0 0 12px;font-size:20px">${title}</h1>
${body}
</div></body></html>`

export const button = (url: string, label: string): string =>
  `<p style="margin:24px 0"><a href="${url}" style="background:#0b6e6e;color:#fff;padding:12px 20px;border-radius:8px;text-decoration:none;font-weight:600">${label}</a></p>`
