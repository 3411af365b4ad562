import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from '@simplewebauthn/browser'
import { Explained } from '../../../api/problem.ts'

/* The browser's side of passkeys: what the server prepared goes in, what it will check comes out. */

type Options = Record<string, unknown>

export const canUsePasskeys = (): boolean => browserSupportsWebAuthn()

/** Whether the browser can offer passkeys in the list it shows under the email field. */
export const canFillInPasskeys = (): Promise<boolean> => browserSupportsWebAuthnAutofill()

/** Ends a prompt that is still open, also the quiet one under the email field. */
export const closePasskeyPrompt = (): void => WebAuthnAbortService.cancelCeremony()

/** Whether a prompt ended because another began or the page was left; nothing to tell anybody. */
export const wasReplaced = (error: unknown): boolean =>
  error instanceof WebAuthnError && error.code === 'ERROR_CEREMONY_ABORTED'

/** Uses a passkey. Ask from a click: some browsers refuse otherwise. With `underField` the browser offers it quietly under
 *  the email field and the answer may take for ever. */
export const askPasskey = async (options: Options, { underField = false } = {}) => {
  try {
    const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
    const answer = await startAuthentication({ optionsJSON, useBrowserAutofill: underField })
    return { ...answer, clientExtensionResults: { ...answer.clientExtensionResults } }
  } catch (error) {
    throw wasReplaced(error) ? error : inWords(error)
  }
}

/** Makes a passkey on a device of the person's choice. Ask from a click. */
export const makePasskey = async (options: Options) => {
  try {
    const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
    const made = await startRegistration({ optionsJSON })
    return { ...made, clientExtensionResults: { ...made.clientExtensionResults } }
  } catch (error) {
    throw inWords(error)
  }
}

const inWords = (error: unknown): Explained => {
  const code = error instanceof WebAuthnError ? error.code : undefined
  if (code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') {
    return new Explained({
      title: 'This device already has a passkey for your account',
      advice: 'You can use it as it is, or choose another device.',
    })
  }
  if (code === 'ERROR_INVALID_DOMAIN' || code === 'ERROR_INVALID_RP_ID') {
    return new Explained({
      title: 'Passkeys do not work at this address',
      advice: 'They need a name instead of a bare IP address, and HTTPS unless the name is localhost.',
    })
  }
  return new Explained({
    title: 'The passkey prompt was closed or ran out of time',
    advice: 'Try again when you are ready.',
  })
}
