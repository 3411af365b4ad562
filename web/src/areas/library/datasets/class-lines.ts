/** Names of classes as lines to edit: the line says the number. */
export const classLines = (classNames: readonly string[]): string => classNames.join('\n')

/** The names again. Blank lines at the end mean nothing; one in between is a class whose name is missing, and is left for whoever checks. */
export const classesOf = (text: string): string[] => {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const last = lines.findLastIndex((line) => line !== '')
  return lines.slice(0, last + 1)
}
