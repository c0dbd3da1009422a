/** Looking at Synthetix' payloads: bodies for `/v1/trade` in every shape, and the typed data that a Ledger is given. */
import { fail, failure, ok, type Failure, type Result } from '../errors.ts'
import { hashTypedData } from '../eip712/typed-data.ts'
import type { Hex } from '../hex.ts'
import { recoverAddress } from '../signature.ts'
import { readUpdateLeverage } from '../venues/synthetix/read-typed-data.ts'
import { readTradeBody, type ReadTradeBody } from '../venues/synthetix/request.ts'
import { updateLeverageTypedData, type UpdateLeverageMessage } from '../venues/synthetix/typed-data.ts'
import { compareSigner, difference } from './compare.ts'
import { concluded, type Finding, type InspectOptions, type Look, type VenueIntent } from './finding.ts'
import type { AskedFor, InspectInput } from './input.ts'
import { spanText } from './notes.ts'

/** An `expiresAfter` below this counts in seconds: as milliseconds it would lie in 1973. */
const firstMs = 100_000_000_000

const latestDate = 8.64e15

type Change = Omit<UpdateLeverageMessage, 'subAccountId'> & { readonly subAccountId: string | null }

/** Unix ms of an `expiresAfter`, whichever unit it counts in; null for none. */
function expiryMs(expiresAfter: string): number | null {
  const value = Number(expiresAfter)
  if (value === 0) return null
  return Math.min(value < firstMs ? value * 1000 : value, latestDate)
}

const intentOf = ({ subAccountId, symbol, leverage, nonce, expiresAfter }: Change): VenueIntent => ({
  action: 'setLeverage',
  asset: symbol,
  isCross: null,
  leverage,
  nonce,
  expiresAfter: expiryMs(expiresAfter),
  ...(subAccountId === null ? {} : { subAccountId }),
})

function expiryNotes(expiresAfter: string, nowMs: number): readonly string[] {
  const ms = expiryMs(expiresAfter)
  if (ms === null)
    return ['It has no expiry: once signed it can be used until its signer sends a higher nonce.']
  const seconds =
    Number(expiresAfter) < firstMs
      ? ['Its expiresAfter counts in seconds; a venue that reads milliseconds finds it expired.']
      : []
  return ms <= nowMs ? [...seconds, `It expired ${spanText(nowMs - ms)} ago.`] : seconds
}

function changeNotes(asked: AskedFor): readonly string[] {
  const byNumber = asked.assetId !== undefined || typeof asked.asset === 'number'
  return [
    ...(byNumber ? ['The payload names its market by symbol; the number is not compared.'] : []),
    ...(asked.isCross === undefined
      ? []
      : ['The payload carries no margin mode, so that is not compared: the venue has cross margin only.']),
  ]
}

const changeProblems = ({ symbol, leverage, subAccountId }: Change, asked: AskedFor): readonly Failure[] => [
  ...(typeof asked.asset === 'string' ? difference('symbol', symbol, asked.asset) : []),
  ...difference('leverage', leverage, asked.leverage),
  ...(subAccountId === null ? [] : difference('subAccountId', subAccountId, asked.subAccountId)),
]

const everywhere = 'The signature names no network: the test environment of the venue takes the same one.'

function digestsOf(change: UpdateLeverageMessage) {
  return { connectionId: null, ...hashTypedData(updateLeverageTypedData(change)) }
}

/** Looks at the typed data of a change. Fails with `payload.notLeverageChange` or `input.*`. */
function lookAtUpdateLeverage({ payload, asked }: InspectInput, nowMs: number): Result<Finding> {
  const read = readUpdateLeverage(payload)
  if (!read.ok) return read
  const change = read.value
  return ok({
    problems: changeProblems(change, asked),
    notes: [
      ...compareSigner(null, null, asked).notes,
      ...changeNotes(asked),
      ...expiryNotes(change.expiresAfter, nowMs),
      everywhere,
    ],
    compared: false,
    intent: intentOf(change),
    digests: digestsOf(change),
  })
}

const withoutSubAccount =
  'The body names no subaccount, which its signature covers: give subAccountId to compute the digest. A venue cannot verify it either.'

/** The wallet that the body names must be the one that signed. */
const walletProblems = (signer: Hex | null, walletAddress: Hex | null): readonly Failure[] =>
  signer === null || walletAddress === null || signer === walletAddress
    ? []
    : [
        failure('payload.signerDiffers', {
          field: 'walletAddress',
          actual: signer,
          expected: walletAddress,
        }),
      ]

const changeOf = (body: ReadTradeBody, asked: AskedFor): Change => ({
  subAccountId: body.subAccountId ?? asked.subAccountId ?? null,
  symbol: body.symbol,
  leverage: body.leverage,
  nonce: String(body.nonce),
  expiresAfter: String(body.expiresAfter ?? 0),
})

/** Looks at a body for `/v1/trade`. Fails with `payload.notLeverageChange` or `input.*`. */
function lookAtTradeBody({ payload, asked }: InspectInput, nowMs: number): Result<Finding> {
  const read = readTradeBody(payload)
  if (!read.ok) return read
  const { signature, walletAddress } = read.value
  const change = changeOf(read.value, asked)
  const { subAccountId } = change
  const digests = subAccountId === null ? null : digestsOf({ ...change, subAccountId })
  const signer = signature && digests && recoverAddress(digests.digest, signature)
  if (signature && digests && !signer)
    return fail('input.badField', { field: 'signature', detail: 'no key can have made it.' })
  const who = compareSigner(signer, null, asked)
  const selfNamed = walletAddress !== null && !who.expected && signer !== null
  return ok({
    problems: [...changeProblems(change, asked), ...who.problems, ...walletProblems(signer, walletAddress)],
    notes: [
      ...(digests ? [] : [withoutSubAccount]),
      ...(signature ? (digests ? who.notes : []) : who.notes),
      ...(selfNamed
        ? ['Who should have signed is what the body itself says: give signer to compare it with yours.']
        : []),
      ...changeNotes(asked),
      ...expiryNotes(change.expiresAfter, nowMs),
      everywhere,
    ],
    compared: signer !== null && (who.expected || walletAddress !== null),
    complete: digests !== null,
    intent: intentOf(change),
    digests,
    signer,
  })
}

const knownOf = ({ network: wrapped }: InspectInput, { network }: InspectOptions) =>
  ({ venue: 'synthetix', network: network ?? wrapped ?? 'mainnet' }) as const

/** Inspects a body for `/v1/trade`. */
export const inspectTrade: Look = (input, options) =>
  concluded({ ...knownOf(input, options), kind: 'tradeBody' }, lookAtTradeBody(input, options.nowMs))

/** Inspects the typed data of a change. */
export const inspectUpdateLeverage: Look = (input, options) =>
  concluded({ ...knownOf(input, options), kind: 'typedData' }, lookAtUpdateLeverage(input, options.nowMs))
