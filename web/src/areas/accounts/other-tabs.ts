/* The cookie is one for all tabs of a browser, so what one of them does to it concerns the others. */

let channel: BroadcastChannel | undefined

/** Opened when first needed; nothing at all in a browser without such channels, where a tab asks when somebody looks at it. */
const opened = (): BroadcastChannel | undefined => {
  if (typeof BroadcastChannel === 'undefined') return undefined
  channel ??= new BroadcastChannel('gatehouse.person')
  return channel
}

/** Somebody came or left here. Says not who: each tab asks the server. */
export const tellOtherTabs = (): void => opened()?.postMessage('changed')

/** `listener` hears when somebody came or left in another tab, never in this one. */
export const hearOtherTabs = (listener: () => void): void => opened()?.addEventListener('message', listener)
