import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** Takes mail for everybody and hands it over as text: nodes of several processes have no mailbox of their own. */
export const startMailSink = async (
  onMail: (mail: { to: string; subject: string; text: string }) => void,
): Promise<{ url: string; stop(): Promise<void> }> => {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      text(stream)
        .then((raw) => PostalMime.parse(raw))
        .then((mail) => {
          const to = (mail.to ?? []).map(({ address }) => address).join(', ')
          onMail({ to, subject: mail.subject ?? '', text: mail.text ?? '' })
          done()
        }, done)
    },
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    stop: () => new Promise((done) => server.close(done)),
  }
}
