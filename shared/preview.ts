/**
 * What a person sees before signing: old -> new, who is affected, who signs, what is at stake, the digests, and what
 * this Ledger will and will not show. All of it is computed from the prepared request that is signed.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { questionOf } from './approvals/approval.ts'
import { skewWarning } from './clock.ts'
import { scaled } from './decimal.ts'
import { messageReview, typedDataReview, type TypedDataReview } from './device/review.ts'
import {
  modelName,
  screenClass,
  typedDataAdvice,
  type DeviceModel,
  type DeviceSettings,
} from './device/models.ts'
import type { Hex } from './hex.ts'
import type { LeverageSetting } from './market.ts'
import { typedDataOf, type PreparedRequest, type RequestDigests } from './prepared-request.ts'
import { rulesOf } from './venues/registry.ts'

/** What is at stake; USD amounts are decimal strings. */
export interface Stake {
  readonly markPrice: string | null
  readonly position: PreparedRequest['stake']['position']
  /** Margin that the open position needs at the new leverage, rounded up to a cent; null without a position. */
  readonly marginNeeded: string | null
}

/** What one model shows with one combination of settings for one question. */
export interface DevicePreview {
  /** What is asked: an approval in words, or what the venue takes. */
  readonly question: 'approval' | 'wire'
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
  /** Decimal digits; null at venues without one. */
  readonly nonce: string | null
  readonly expiresAfter: number | null
  /** Whose leverage changes, as approvals say it. */
  readonly subject: string
  readonly signedBy: 'device' | 'apiKey'
  readonly digests: RequestDigests
  /** The approval in words that the Ledger is asked for first; null where it is not, or where it is the only question. */
  readonly words: DevicePreview | null
  /** The question whose signature lets the request be sent. */
  readonly device: DevicePreview
  readonly statement: DeviceStatement
  readonly warnings: readonly string[]
  /** Those of the warnings that no other part of the preview says: of the venue and of the clocks. */
  readonly cautions: readonly string[]
}

const cents = (decimal: string): bigint => {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.')
  const beyond = /[1-9]/.test(fraction.slice(2)) ? 1n : 0n
  return BigInt(whole) * 100n + BigInt(fraction.slice(0, 2).padEnd(2, '0')) + beyond
}

/** Margin for a position of `value` USD at a leverage: value / leverage, rounded up to a cent. */
export function marginNeeded(value: string, leverage: string): string {
  const by = scaled(leverage)
  const needed = (cents(value) * scaled('1') + by - 1n) / by
  return `${needed / 100n}.${String(needed % 100n).padStart(2, '0')}`
}

function relationOf({ wire, account, signer }: PreparedRequest): Preview['relation'] {
  if ('vaultAddress' in wire && wire.vaultAddress !== null) return 'vault'
  return account.address === signer.address ? 'own' : 'agent'
}

const highest = ({ leverage, sellLeverage = leverage }: LeverageSetting): number =>
  Math.max(Number(leverage), Number(sellLeverage))

const modeWord = (isCross: boolean): string => (isCross ? 'cross' : 'isolated')

function cautionsOf({ venue, from }: PreparedRequest): readonly string[] {
  const clocks = skewWarning(from.skewMs ?? null)
  return [...(clocks === null ? [] : [clocks]), ...rulesOf(venue).cautions]
}

function warningsOf(request: PreparedRequest): readonly string[] {
  const { venue, wire, stake, from, to } = request
  const rules = rulesOf(venue)
  const never = rules.expiresAfterOf(wire) === null
  return [
    ...(highest(to) > highest(from) ? ['Leverage goes up: less margin is asked for the same position.'] : []),
    ...(from.isCross === to.isCross
      ? []
      : [`The margin mode changes from ${modeWord(from.isCross)} to ${modeWord(to.isCross)}.`]),
    ...(stake.position ? ['There is an open position in this market.'] : []),
    ...(never && rules.signedBy === 'device'
      ? [
          'It has no expiry: once signed it can be used by whoever holds it until its nonce is too old, about two days.',
        ]
      : []),
    ...cautionsOf(request),
  ]
}

const upper = (hex: Hex): string => `0x${hex.slice(2).toUpperCase()}`

/** What is in words on the device needs no hash to be believed; the digest binds it to this request. */
const inWords = (name: string, digest: Hex): DeviceStatement => ({
  hidden: [],
  sentence: `Your ${name} shows the market, the old and the new leverage in words. Read them there: what you approve is what this request is bound to.`,
  compare: { label: 'digest', value: digest.slice(2) },
  advice: 'No setting of the Ethereum app is needed.',
})

const readable = (name: string, messageHash: Hex): DeviceStatement => ({
  hidden: ['old leverage', 'margin mode'],
  sentence: `Your ${name} shows market and new leverage themselves. Read them there before you approve.`,
  compare: { label: 'Message hash', value: upper(messageHash) },
  advice: '',
})

function statementOf({ digests }: PreparedRequest, device: DevicePreview): DeviceStatement {
  const { model, settings, review, question } = device
  const name = modelName(model)
  const advice = typedDataAdvice(model)
  const refuses = `With its settings as assumed here your ${name} refuses this payload.`
  const { connectionId, messageHash, request } = digests
  if (question === 'approval') {
    const words = inWords(name, request)
    return review.kind === 'refused' ? { ...words, sentence: refuses, advice } : words
  }
  const onlyHash = screenClass(model) === 'nano' && !settings.rawMessages
  if (connectionId === null && messageHash !== null && !onlyHash) {
    const fields = { ...readable(name, messageHash), advice }
    return review.kind === 'refused' ? { ...fields, sentence: refuses } : fields
  }
  const hash = onlyHash || connectionId === null ? messageHash : connectionId
  const label = hash === connectionId ? 'connectionId' : 'Message hash'
  const shows =
    review.kind === 'refused'
      ? refuses
      : `Your ${name} will not show market, margin mode or leverage: they are inside the ${label} that it shows.`
  return {
    hidden: ['market', 'margin mode', 'leverage'],
    sentence: `${shows} Compare that value on the device with the one here, digit by digit, before you approve.`,
    compare: { label, value: upper(hash ?? request) },
    advice,
  }
}

/** What a device shows for an approval in words; null where none is asked for. */
function wordsReview(
  id: string,
  request: PreparedRequest,
  model: DeviceModel,
  settings: DeviceSettings,
): TypedDataReview | null {
  const asked = questionOf(id, request)
  if (!asked.ok || asked.value === null) return null
  return asked.value.form === 'text'
    ? messageReview(model, utf8ToBytes(asked.value.text))
    : typedDataReview(model, settings, asked.value.typedData)
}

/** What a device shows for a request with the id `id`: the approval in words, then what the venue takes. */
function questionsOf(
  id: string,
  request: PreparedRequest,
  model: DeviceModel,
  settings: DeviceSettings,
): Pick<Preview, 'words' | 'device'> {
  const shown = { model, modelName: modelName(model), settings }
  const review = wordsReview(id, request, model, settings)
  const words = review && ({ question: 'approval', ...shown, review } as const)
  const typedData = typedDataOf(request)
  if (typedData === null) {
    if (words === null) throw new Error('a request that an API key signs is approved in words')
    return { words: null, device: words }
  }
  return {
    words,
    device: { question: 'wire', ...shown, review: typedDataReview(model, settings, typedData) },
  }
}

/** The preview of a request with the id `id` on a device model with the settings it is assumed to have. */
export function previewOf(
  id: string,
  request: PreparedRequest,
  model: DeviceModel,
  settings: DeviceSettings,
): Preview {
  const { venue, network, origin, account, signer, market, from, to, stake, wire, digests } = request
  const rules = rulesOf(venue)
  const { words, device } = questionsOf(id, request, model, settings)
  return {
    venue: { id: venue, name: rules.name, network, origin },
    account,
    relation: relationOf(request),
    signer,
    market,
    from,
    to,
    stake: { ...stake, marginNeeded: stake.position && marginNeeded(stake.position.value, to.leverage) },
    nonce: rules.nonceOf(wire),
    expiresAfter: rules.expiresAfterOf(wire),
    subject: rules.subjectOf(request),
    signedBy: rules.signedBy,
    digests,
    words,
    device,
    statement: statementOf(request, device),
    warnings: warningsOf(request),
    cautions: cautionsOf(request),
  }
}
