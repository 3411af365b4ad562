/** How many are unseen, as short as a badge is. */
export const unseenText = (unseen: number): string => (unseen > 99 ? '99+' : String(unseen))
