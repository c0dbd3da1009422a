/** The preview of a request as lines for a terminal. */
import { timeText } from '../../shared/deadline.ts'
import { modelName } from '../../shared/device/models.ts'
import { settingText } from '../../shared/market.ts'
import type { DevicePreview, Preview } from '../../shared/preview.ts'
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

function reviewLines({ model, review }: DevicePreview, first: boolean): readonly string[] {
  const rows =
    review.kind === 'refused'
      ? ['  (it refuses)']
      : [
          `  ${review.screens.length} screens, with these rows:`,
          ...review.rows.map(({ label, value }) => `  ${label.padEnd(18)} ${value}`),
        ]
  return [`your ${modelName(model)} will ${first ? 'show' : 'then show'}`, ...rows]
}

function deviceLines({ words, device, statement }: Preview): readonly string[] {
  const shown = words === null ? [device] : [words, device]
  return [...shown.flatMap((one, place) => reviewLines(one, place === 0)), '', statement.sentence]
}

const digestLines = ({ connectionId, domainHash, messageHash, digest }: Preview['digests']) => [
  ...(connectionId === null ? [] : [`connectionId  ${connectionId}`]),
  ...(domainHash === null ? [] : [`domain hash   ${domainHash}`]),
  ...(messageHash === null ? [] : [`message hash  ${messageHash}`]),
  `digest        ${digest}`,
]

/** Who signs: the Ledger's key, or an API key once the Ledger's key approved it. */
function signerLines({ signer, relation, signedBy, subject }: Preview): readonly string[] {
  const address = checksummed(signer.address)
  return signedBy === 'device'
    ? [`signed by     ${address} (${relationText[relation]}), ${signer.path}`]
    : [`approved by   ${address}, ${signer.path}`, `for           ${subject}; an API key signs what is sent`]
}

/** The lines of a preview. `nowMs` is Unix time in ms. */
export function previewLines(preview: Preview, nowMs: number): readonly string[] {
  const { venue, account, market, from, to, digests, expiresAfter, warnings, nonce } = preview
  const number = market.id === null ? '' : `, number ${market.id}`
  const expiry =
    expiresAfter === null
      ? 'never'
      : `${timeText(expiresAfter)}, in ${Math.round((expiresAfter - nowMs) / 60_000)} min`
  return [
    `${market.symbol}  ${settingText(from)}  ->  ${settingText(to)}`,
    '',
    `venue         ${venue.name} ${venue.network} (${venue.origin})`,
    `market        ${market.symbol}${number}, up to ${market.maxLeverage}x`,
    `now           ${settingText(from)}, read ${ageText(from.readAtMs, nowMs)}`,
    `account       ${account.name}, ${checksummed(account.address)}`,
    ...signerLines(preview),
    ...stakeLines(preview),
    ...(nonce === null ? [] : [`nonce         ${nonce}`]),
    `expires       ${expiry}`,
    ...warnings.map((warning) => `note          ${warning}`),
    '',
    ...digestLines(digests),
    '',
    ...deviceLines(preview),
  ]
}
