import { expect, test } from 'vitest'
import { isCompanyAddress } from './company-address.ts'

const operators = new Set(['trash.example', 'mailinator.com'])

const consumer = (
  'gmail.com googlemail.com outlook.com outlook.com.br outlook.fr hotmail.com hotmail.co.uk live.com live.nl live.com.au msn.com ' +
  'yahoo.com yahoo.fr yahoo.co.uk yahoo.com.br yahoo.co.in yahoo.co.jp yahoo.ne.jp ymail.com rogers.yahoo.com icloud.com me.com mac.com ' +
  'aol.com aol.co.uk proton.me protonmail.com protonmail.ch pm.me gmx.de gmx.net gmx.at gmx.co.uk mail.com zoho.com zoho.eu ' +
  'yandex.ru yandex.com.tr mail.ru corp.mail.ru qq.com vip.qq.com 163.com vip.163.com 126.com sina.com sina.com.cn vip.sina.com ' +
  'foxmail.com naver.com hanmail.net daum.net web.de t-online.de free.fr orange.fr laposte.net libero.it'
).split(' ')

test.each(consumer)('%s is a consumer mail service', (domain) => {
  expect(isCompanyAddress(`anna@${domain}`, new Set())).toBe(false)
  expect(isCompanyAddress(`Anna.B+x@${domain.toUpperCase()}`, new Set())).toBe(false)
})

const company = (
  'acme.com acme.co.uk acme.de mail.acme.com me.acme.com live.acme.com gmail.acme.com outlook.acme.co.uk gmail.com.acme.com acme.me ' +
  'acme.live acme.yahoo notgmail.com gmail-team.com mygmx.de email.com webmail.ru mail.de web.com free.com orange.com orange.co.uk ' +
  'notmail.ru freeweb.de freefree.fr pm.com laposte.fr t-online-shop.de 1163.com university.edu co.uk com'
).split(' ')

test.each(company)("%s counts as a company's", (domain) => {
  expect(isCompanyAddress(`anna@${domain}`, new Set())).toBe(true)
})

test("the operator's own domains count with what stands below them, and nothing beside them", () => {
  for (const domain of ['trash.example', 'TRASH.example', 'a.b.trash.example', 'mailinator.com'])
    expect(isCompanyAddress(`anna@${domain}`, operators), domain).toBe(false)
  for (const domain of ['nottrash.example', 'trash.example.com', 'mailinator.de', 'example'])
    expect(isCompanyAddress(`anna@${domain}`, operators), domain).toBe(true)
})

test('the domain is what stands after the last @', () => {
  expect(isCompanyAddress('"anna@gmail.com"@acme.com', new Set())).toBe(true)
  expect(isCompanyAddress('"anna@acme.com"@gmail.com', new Set())).toBe(false)
})
