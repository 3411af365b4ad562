import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeMail, passwordResetMail } from '../areas/accounts/mails/account-mails.ts'
import type { MailPort } from './mail.ts'
import { smtpMail } from './smtp-mail.ts'

type Received = Email & { rcpt: string[]; mailFrom: string }

const received: Received[] = []
let server: SMTPServer
let mail: MailPort

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo({ address }, _session, done) {
      done(address.startsWith('unknown') ? new Error('no such mailbox') : null)
    },
    async onData(stream, { envelope }, done) {
      const rcpt = envelope.rcptTo.map(({ address }) => address)
      const mailFrom = envelope.mailFrom ? envelope.mailFrom.address : ''
      received.push({ ...(await PostalMime.parse(await buffer(stream))), rcpt, mailFrom })
      done()
    },
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.server.address() as AddressInfo
  mail = smtpMail({ url: `smtp://127.0.0.1:${port}`, from: 'Gatehouse <gate@house.example>' })
})
afterAll(async () => {
  await mail.close()
  await new Promise<void>((done) => server.close(done))
})

test('a code arrives as it was written, in text and HTML', async () => {
  const sent = codeMail('anna@personal.example', '012345', 'https://gate.example.com')
  await mail.send(sent)
  const got = received.at(-1)!
  expect(got).toMatchObject({
    rcpt: ['anna@personal.example'],
    mailFrom: 'gate@house.example',
    subject: sent.subject,
    from: { name: 'Gatehouse', address: 'gate@house.example' },
    to: [{ address: 'anna@personal.example' }],
  })
  expect(got.text?.trim()).toBe(sent.text.trim())
  expect(got.text?.match(/\b\d{6}\b/g)).toEqual(['012345'])
  expect(got.html).toContain('https://gate.example.com/verify?code=012345')
})

test('a long link is not broken on its way', async () => {
  const url = `https://gate.example.com/reset-password?token=${'us-1.'.padEnd(200, 'x')}`
  await mail.send(passwordResetMail('anna@personal.example', url))
  expect(received.at(-1)?.text).toContain(url)
  expect(received.at(-1)?.html).toContain(url)
})

test('letters of every script survive', async () => {
  await mail.send({ to: 'b@personal.example', subject: 'Grüße 目標', text: 'Größe 😀', html: '<p>目標</p>' })
  const got = received.at(-1)!
  expect([got.subject, got.text?.trim(), got.html?.trim()]).toEqual(['Grüße 目標', 'Größe 😀', '<p>目標</p>'])
})

test('a subject or address with a line break adds no header and no recipient', async () => {
  const before = received.length
  await mail
    .send({
      to: 'c@personal.example\r\nBcc: spy@evil.example',
      subject: 'Hello\r\nBcc: spy@evil.example',
      text: 'x',
      html: 'x',
    })
    .catch(() => {})
  for (const got of received.slice(before)) {
    expect(got.rcpt).not.toContain('spy@evil.example')
    expect(got.bcc).toBeUndefined()
  }
})

test('a mailbox that the server refuses is a failure, and the next mail goes through', async () => {
  const to = 'unknown@personal.example'
  await expect(mail.send({ to, subject: 's', text: 't', html: 'h' })).rejects.toThrow()
  await mail.send({ to: 'known@personal.example', subject: 's', text: 't', html: 'h' })
  expect(received.at(-1)?.rcpt).toEqual(['known@personal.example'])
})

test('a server that is not there is a failure, not a wait', async () => {
  const nowhere = smtpMail({ url: 'smtp://127.0.0.1:1', from: 'gate@house.example' })
  await expect(nowhere.send({ to: 'a@b.co', subject: 's', text: 't', html: 'h' })).rejects.toThrow()
  await nowhere.close()
})
