/** Password, connected accounts, two-step sign-in and sessions of the signed-in person. */
export const SecurityCards = () => null
