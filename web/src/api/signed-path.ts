/** Path and query of a signed link of this server. The signature is over the path; the page may have been opened under another name of the
 *  same server, and its policy lets nothing else through. */
export const signedPath = (url: string): string => {
  const { pathname, search } = new URL(url, window.location.origin)
  return pathname + search
}
