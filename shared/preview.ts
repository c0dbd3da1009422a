/**
 * What a person sees before signing: old -> new, who is affected, who signs, what is at stake, the digests, and what
 * this Ledger will and will not show. All of it is computed from the prepared request that is signed.
 */
import { typedDataReview, type TypedDataReview } from './device/review.ts'
import {
  modelName,
  screenClass,
  typedDataAdvice,
  type DeviceModel,
  type DeviceSettings,
} from './device/models.ts'
import type { Hex } from './hex.ts'
import type { LeverageSetting } from './market.ts'
import { typedDataOf, type PreparedRequest } from './prepared-request.ts'
import type { ActionDigests } from './venues/hyperliquid/digest.ts'
import { venueModules } from './venues/registry.ts'

/** What is at stake; USD amounts are decimal strings. */
export interface Stake {
  readonly markPrice: string | null
  readonly position: PreparedRequest['stake']['position']
  /** Margin that the open position needs at the new leverage, rounded up to a cent; null without a position. */
  readonly marginNeeded: string | null
}

/** What one model shows with one combination of settings. */
export interface DevicePreview {
  readonly model: DeviceModel
  readonly modelName: string
  readonly settings: DeviceSettings
  readonly review: TypedDataReview
}

/** What the device proves, and what only this screen says. */
export interface DeviceStatement {
  /** Fields of the change that the device does not show. */
  readonly hidden: readonly string[]
  /** One sentence for the person. */
  readonly sentence: string
  /** What to compare on the device, with the value as the device writes it. */
  readonly compare: { readonly label: string; readonly value: string }
  /** What to do on the device beforehand. */
  readonly advice: string
}

/** The preview of a prepared request. Times are Unix ms. */
export interface Preview {
  readonly venue: {
    readonly id: string
    readonly name: string
    readonly network: string
    readonly origin: string
  }
  readonly account: PreparedRequest['account']
  /** How the signer stands to the account: its own key, for a vault or subaccount, or as an agent. */
  readonly relation: 'own' | 'vault' | 'agent'
  readonly signer: PreparedRequest['signer']
  readonly market: PreparedRequest['market']
  readonly from: PreparedRequest['from']
  readonly to: LeverageSetting
  readonly stake: Stake
  readonly nonce: string
  readonly expiresAfter: number | null
  readonly digests: ActionDigests
  readonly device: DevicePreview
  readonly statement: DeviceStatement
  readonly warnings: readonly string[]
}

const cents = (decimal: string): bigint => {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.')
  const beyond = /[1-9]/.test(fraction.slice(2)) ? 1n : 0n
  return BigInt(whole) * 100n + BigInt(fraction.slice(0, 2).padEnd(2, '0')) + beyond
}

/** Margin for a position of `value` USD at a whole leverage: value / leverage, rounded up to a cent. */
export function marginNeeded(value: string, leverage: string): string {
  const by = BigInt(leverage)
  const needed = (cents(value) + by - 1n) / by
  return `${needed / 100n}.${String(needed % 100n).padStart(2, '0')}`
}

function relationOf({ wire, account, signer }: PreparedRequest): Preview['relation'] {
  if (wire.vaultAddress !== null) return 'vault'
  return account.address === signer.address ? 'own' : 'agent'
}

function warningsOf({ wire, stake, from, to }: PreparedRequest): readonly string[] {
  return [
    ...(Number(to.leverage) > Number(from.leverage)
      ? ['Leverage goes up: less margin is asked for the same position.']
      : []),
    ...(from.isCross !== to.isCross
      ? [
          `The margin mode changes from ${from.isCross ? 'cross' : 'isolated'} to ${to.isCross ? 'cross' : 'isolated'}.`,
        ]
      : []),
    ...(stake.position ? ['There is an open position in this market.'] : []),
    ...(wire.expiresAfter === null
      ? [
          'It has no expiry: once signed it can be used by whoever holds it until its nonce is too old, about two days.',
        ]
      : []),
  ]
}

const upper = (hex: Hex): string => `0x${hex.slice(2).toUpperCase()}`

function statementOf(
  { digests }: PreparedRequest,
  { model, settings, review }: DevicePreview,
): DeviceStatement {
  const hidden = ['market', 'margin mode', 'leverage']
  const name = modelName(model)
  const advice = typedDataAdvice(model)
  const onlyHash = screenClass(model) === 'nano' && !settings.rawMessages
  const label = onlyHash ? 'Message hash' : 'connectionId'
  const value = upper(onlyHash ? digests.messageHash : digests.connectionId)
  const shows =
    review.kind === 'refused'
      ? `With its settings as assumed here your ${name} refuses this payload.`
      : `Your ${name} will not show market, margin mode or leverage: they are inside the ${label} that it shows.`
  return {
    hidden,
    sentence: `${shows} Compare that value on the device with the one here, digit by digit, before you approve.`,
    compare: { label, value },
    advice,
  }
}

/** The preview of a request on a device model with the settings it is assumed to have. */
export function previewOf(request: PreparedRequest, model: DeviceModel, settings: DeviceSettings): Preview {
  const { venue, network, origin, account, signer, market, from, to, stake, wire, digests } = request
  const device: DevicePreview = {
    model,
    modelName: modelName(model),
    settings,
    review: typedDataReview(model, settings, typedDataOf(request)),
  }
  return {
    venue: { id: venue, name: venueModules[venue].name, network, origin },
    account,
    relation: relationOf(request),
    signer,
    market,
    from,
    to,
    stake: { ...stake, marginNeeded: stake.position && marginNeeded(stake.position.value, to.leverage) },
    nonce: String(wire.nonce),
    expiresAfter: wire.expiresAfter,
    digests,
    device,
    statement: statementOf(request, device),
    warnings: warningsOf(request),
  }
}
