/** Sign-up credit of a verified address, in cents (SPEC 1.5). */
const anyBonusCents = 500
export const companyBonusCents = 2500

/** What an account is due in all, whichever of its addresses comes first. */
export const fullBonusCents = (hasCompanyAddress: boolean): number =>
  hasCompanyAddress ? companyBonusCents : anyBonusCents
