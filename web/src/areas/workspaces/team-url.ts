/** Longest username there is (SPEC 1.2). */
const lengthMax = 32

/** A team URL made of the team's name: "Acme Vision Lab" gives `acme-vision-lab`. Letters keep their base form, everything else
 *  becomes a hyphen. May be empty or too short, and is then left to the person. */
export const teamUrlFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, lengthMax)
    .replace(/-+$/, '')
