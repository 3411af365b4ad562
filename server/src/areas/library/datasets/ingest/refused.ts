/** A file that is not taken in, and why: a sentence for whoever sent it. Nothing of it stays. */
export class FileRefused extends Error {}

/** A path as it may be shown. */
export const quoted = (path: string): string =>
  JSON.stringify(path.length > 120 ? `${path.slice(0, 120)}…` : path)
