/* What a terminal would show for what a training client printed: colours dropped, progress bars that redraw their line
   shown as they last stood. */

// Control sequences (colours, cursor moves), operating-system commands (titles, links), and lone two-character escapes.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const escapes = /\u001b(?:\[([0-?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g
// Escapes cut off by the end of what has arrived so far.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfinished = /\u001b(?:\[[0-?]*[ -/]*)?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const leftovers = /[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f]/g

/** Stands for "erase to the end of the line" while a line is put together; a private-use character no client prints. */
const eraseMark = '\ue000'

/** Plain text of `raw`, as the screen would show it. */
export const terminalText = (raw: string): string =>
  raw
    .replace(unfinished, '')
    .replace(escapes, (_, _parameters, final) => (final === 'K' ? eraseMark : ''))
    .replace(leftovers, '')
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map(overwritten)
    .join('\n')

/** A carriage return goes back to the start of the line; what follows writes over what stood there. */
const overwritten = (line: string): string => {
  if (!line.includes('\r') && !line.includes(eraseMark) && !line.includes('\b')) return line
  let shown: string[] = []
  let column = 0
  for (const character of line) {
    if (character === '\r') column = 0
    else if (character === '\b') column = Math.max(0, column - 1)
    else if (character === eraseMark) shown = shown.slice(0, column)
    else {
      shown[column] = character
      column += 1
    }
  }
  return shown.join('')
}
