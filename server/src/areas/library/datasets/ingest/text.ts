/** Text of a file as the database can hold it: at most so many characters, none of them halved, and no null byte. */
export const cutText = (text: string, lengthMax: number): string =>
  text.slice(0, lengthMax).toWellFormed().replaceAll('\0', '\ufffd')
