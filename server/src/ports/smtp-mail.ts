import nodemailer from 'nodemailer'
import type { MailPort } from './mail.ts'

/** Mail by SMTP. `url` is smtp:// (STARTTLS when offered) or smtps://. */
export const smtpMail = ({ url, from }: { url: string; from: string }): MailPort => {
  const transport = nodemailer.createTransport(
    { url, pool: true, connectionTimeout: 10_000, socketTimeout: 20_000 },
    { from },
  )
  return {
    kind: 'smtp',
    async send(mail) {
      // As an object it is one address; a string would be read as a list.
      await transport.sendMail({ ...mail, to: { name: '', address: mail.to } })
    },
    async close() {
      transport.close()
    },
  }
}
