/** Mail services for anybody, by the label they register (SPEC 1.5): `gmx` is gmx.de and gmx.at alike. */
const consumerNames = new Set(
  (
    'gmail googlemail outlook hotmail live msn yahoo ymail icloud me mac aol proton protonmail gmx zoho yandex ' +
    'qq 163 126 sina foxmail naver hanmail daum t-online'
  ).split(' '),
)

/** Mail services whose label alone would say too little. */
const consumerDomains = new Set(
  'pm.me mail.com mail.ru web.de free.fr orange.fr laposte.net libero.it'.split(' '),
)

/** Whether an address counts as a company's: its domain belongs to none of the consumer mail services of SPEC 1.5, nor to those the
 *  operator added (`moreConsumerDomains`, in lower case). A service's domain covers what stands below it; its name elsewhere in a
 *  domain says nothing, so `live.acme.com` is a company's. */
export const isCompanyAddress = (address: string, moreConsumerDomains: ReadonlySet<string>): boolean => {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  const isConsumer =
    consumerNames.has(registeredLabel(domain)) ||
    withParents(domain).some((name) => consumerDomains.has(name) || moreConsumerDomains.has(name))
  return !isConsumer
}

/** Countries that register below a second label, as in co.uk, com.br and ne.jp. Not the whole public-suffix list: a wrong guess on
 *  a rarer suffix costs one bonus, and the operator's list can mend it. */
const countrySuffix = /\.(?:com?|net?|org?)\.[a-z]{2}$/

/** `yahoo` of mail.yahoo.co.uk: the label directly under the public suffix. */
const registeredLabel = (domain: string): string =>
  domain.replace(countrySuffix, '.suffix').split('.').at(-2) ?? ''

/** a.b.c, b.c and c. */
const withParents = (domain: string): string[] =>
  domain.split('.').map((_, index, labels) => labels.slice(index).join('.'))
