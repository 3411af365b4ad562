import type { Session } from '../security-queries.ts'

/** A refused code where it came from an app, not from a mail. */
export const codeWords = {
  invalid_code: {
    title: 'That code is not right',
    advice: 'Use the one your app shows now. If it keeps failing, check the clock of that device.',
  },
}

const methodWords: Record<Session['methods'][number], string> = {
  password: 'password',
  passkey: 'passkey',
  google: 'Google',
  github: 'GitHub',
  apple: 'Apple',
  local: 'local provider',
  'second-factor': 'second step',
}

/** How a session was opened: "password and second step". Empty when nobody noted it. */
export const methodsInWords = (methods: Session['methods']): string =>
  new Intl.ListFormat('en').format(methods.map((method) => methodWords[method]))
