/** The preview of a revocation as lines for a terminal. */
import type { RevocationPreview } from '../../shared/revocation-preview.ts'
import { checksummed } from '../desk/accounts.ts'

/** The lines of a preview. */
export function revocationLines(preview: RevocationPreview): readonly string[] {
  const { says, sentTo, signer, nonce, domainHash, messageHash, digest, device } = preview
  const { review } = device
  const rows =
    review.kind === 'refused'
      ? ['  (it refuses)']
      : review.rows.map((row) => `  ${row.label.padEnd(18)} ${row.value}`)
  return [
    ...says,
    '',
    `signed by     ${checksummed(signer.address)}, ${signer.path}`,
    `sent to       ${sentTo.name}, ${sentTo.origin}`,
    `nonce         ${nonce}`,
    `domain hash   ${domainHash}`,
    `message hash  ${messageHash}`,
    `digest        ${digest}`,
    '',
    `your ${device.modelName} will show`,
    ...rows,
    '',
    'Review and approve it on the Ledger within ten minutes. To stop asking, press Ctrl-C: nothing is signed then.',
  ]
}
