/** The preview of a request as lines for a terminal. */
import { timeText } from '../../shared/deadline.ts'
import { modelName } from '../../shared/device/models.ts'
import { settingText } from '../../shared/market.ts'
import type { Preview } from '../../shared/preview.ts'
import { checksummed } from '../desk/accounts.ts'

const relationText = {
  own: 'its own key',
  vault: 'acts for this subaccount or vault',
  agent: 'an agent of this account',
} as const

const ageText = (readAtMs: number, nowMs: number): string =>
  `${Math.max(0, Math.round((nowMs - readAtMs) / 1000))} s ago`

/** A USD amount to the cent, as far as the venue's decimal string goes. */
const usd = (decimal: string): string => `${decimal.replace(/(\.\d{2})\d+$/, '$1')} USD`

function stakeLines({ stake, market }: Preview): readonly string[] {
  const { position, markPrice } = stake
  if (!position)
    return [
      `at stake      no open position in ${market.symbol}${markPrice ? ` (mark price ${usd(markPrice)})` : ''}`,
    ]
  const liquidation = position.liquidationPrice ? `, liquidation at ${usd(position.liquidationPrice)}` : ''
  return [
    `at stake      position ${position.size} ${market.symbol}, worth ${usd(position.value)}${liquidation}`,
    `margin        ${usd(position.marginUsed)} in use, ${stake.marginNeeded} USD needed at the new leverage`,
  ]
}

function deviceLines({ device, statement }: Preview): readonly string[] {
  const { review } = device
  const rows =
    review.kind === 'refused'
      ? ['  (it refuses)']
      : [
          `  ${review.screens.length} screens, with these rows:`,
          ...review.rows.map(({ label, value }) => `  ${label.padEnd(18)} ${value}`),
        ]
  return [`your ${modelName(device.model)} will show`, ...rows, '', statement.sentence]
}

/** The lines of a preview. `nowMs` is Unix time in ms. */
export function previewLines(preview: Preview, nowMs: number): readonly string[] {
  const { venue, account, signer, market, from, to, digests, expiresAfter, warnings } = preview
  const expiry =
    expiresAfter === null
      ? 'never'
      : `${timeText(expiresAfter)}, in ${Math.round((expiresAfter - nowMs) / 60_000)} min`
  return [
    `${market.symbol}  ${settingText(from)}  ->  ${settingText(to)}`,
    '',
    `venue         ${venue.name} ${venue.network} (${venue.origin})`,
    `market        ${market.symbol}, number ${market.id}, up to ${market.maxLeverage}x`,
    `now           ${settingText(from)}, read ${ageText(from.readAtMs, nowMs)}`,
    `account       ${account.name}, ${checksummed(account.address)}`,
    `signed by     ${checksummed(signer.address)} (${relationText[preview.relation]}), ${signer.path}`,
    ...stakeLines(preview),
    `nonce         ${preview.nonce}`,
    `expires       ${expiry}`,
    ...warnings.map((warning) => `note          ${warning}`),
    '',
    `connectionId  ${digests.connectionId}`,
    `domain hash   ${digests.domainHash}`,
    `message hash  ${digests.messageHash}`,
    `digest        ${digests.digest}`,
    '',
    ...deviceLines(preview),
  ]
}
