import type { listEmails as endpoint } from '#contract/emails.ts'
import type { Received } from '#contract/endpoint.ts'
import type { DataKey } from '../../../crypto/seal.ts'
import type { House } from '../../../house.ts'
import { resendAt } from '../code.ts'
import type { emails } from '../table.ts'
import { isCompanyAddress } from './company-address.ts'
import { openAddress } from './find-email.ts'

export type EmailRow = typeof emails.$inferSelect
export type EmailView = Received<typeof endpoint>['emails'][number]

/** An address as its owner sees it. */
export const emailView = ({ config }: Pick<House, 'config'>, dataKey: DataKey, row: EmailRow): EmailView => {
  const address = openAddress(dataKey, row)
  return {
    id: row.id,
    address,
    verified: row.verifiedAt !== null,
    isPrimary: row.isPrimary,
    isCompany: isCompanyAddress(address, config.consumerMailDomains),
    createdAt: row.createdAt.toISOString(),
    ...(row.verifiedAt || !row.codeSentAt ? {} : { resendAt: resendAt(row.codeSentAt).toISOString() }),
  }
}
