/** The person's e-mail addresses. */
export const EmailsCard = () => null
