export type Mail = { to: string; subject: string; text: string; html: string }

/** Sends one mail, or throws. `kind` tells the page whether mail really leaves the machine. */
export type MailPort = { kind: 'smtp' | 'embedded'; send(mail: Mail): Promise<void>; close(): Promise<void> }
