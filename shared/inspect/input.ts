/** What `inspect` is given: a bare payload, or a payload wrapped with what was asked for. */
import * as v from 'valibot'
import { addressSchema, anyObject, check, hexBytes, isObject } from '../check.ts'
import { canonicalDecimal } from '../decimal.ts'
import { fail, ok, type Result } from '../errors.ts'
import type { Json } from '../strict-json.ts'
import { subAccountIdSchema } from '../venues/synthetix/fields.ts'
import { looksLikeTradeBody } from '../venues/synthetix/request.ts'
import type { Network } from '../venues/module.ts'
import { ownMessageOf } from './own-messages.ts'
import { withPlainForms } from './plain-forms.ts'
import { peel } from './wrappings.ts'

/** What a payload can be; `alreadySet` is a Compass answer that leaves nothing to sign. */
export type PayloadKind =
  | 'exchangeBody'
  | 'setLeverageAnswer'
  | 'alreadySet'
  | 'executeBody'
  | 'typedData'
  /** Body of `POST /v1/trade` at Synthetix. */
  | 'tradeBody'
  /** Body of `POST /v5/position/set-leverage`, for CoinSwitch or Bybit. */
  | 'setLeverageBody'
  /** Body of Arcus' `POST /v1/setLeverage`. */
  | 'arcusBody'
  /** An approval in words, as text or as typed data. */
  | 'approval'
  /** What Countersign has a Ledger sign beside changes of leverage: see own.ts. */
  | 'approveAgent'
  | 'revocation'
  | 'readPermit'
  | 'keyRegistration'
  | 'historyHead'
  | 'confirmation'

const venues = ['hyperliquid', 'compass', 'synthetix', 'arcus', 'coinswitch', 'bybit'] as const

/** A venue whose payloads are understood. */
export type InspectVenue = (typeof venues)[number]

/** The venue of that name, if its payloads are understood. */
export const inspectVenue = (name: string): InspectVenue | null =>
  venues.find((venue) => venue === name) ?? null

const wholeNumber = v.pipe(
  v.union([v.number(), v.string()], 'it must be a whole number.'),
  v.transform(String),
  v.regex(/^(0|[1-9]\d{0,15})$/, 'it must be a whole number.'),
)

const decimalNumber = v.pipe(
  v.union([v.number(), v.string()], 'it must be a decimal number.'),
  v.transform((value) => canonicalDecimal(String(value)) ?? ''),
  v.check((text) => text !== '', 'it must be a decimal number.'),
)

/** What was asked for; every field given is compared. Numbers come out as decimal strings. */
const requestSchema = v.strictObject({
  signer: v.optional(addressSchema),
  account: v.optional(addressSchema),
  owner: v.optional(addressSchema),
  /** A symbol, or the venue's number of the market. */
  asset: v.optional(v.union([v.pipe(v.string(), v.nonEmpty()), v.number()])),
  assetId: v.optional(wholeNumber),
  isCross: v.optional(v.boolean()),
  leverage: v.optional(decimalNumber),
  /** Leverage of the sell side where it is not that of the buy side. */
  sellLeverage: v.optional(decimalNumber),
  /** Public part of the API key that is expected to sign. */
  apiKey: v.optional(v.pipe(v.string(), v.nonEmpty())),
  /** Digest of the prepared request that an approval is to name. */
  digest: v.optional(hexBytes(32)),
  /** Synthetix: whose leverage changes, in decimal digits. */
  subAccountId: v.optional(subAccountIdSchema),
})

/** What was asked for, as it is compared. */
export type AskedFor = v.InferOutput<typeof requestSchema>

const wrapperSchema = v.strictObject({
  venue: v.optional(v.picklist(venues)),
  network: v.optional(v.picklist(['mainnet', 'testnet'])),
  request: v.optional(requestSchema, {}),
  /** The headers of a payload that an API key signs, where they do not stand in it. */
  headers: v.optional(anyObject),
  payload: v.unknown(),
})

/** A payload to inspect, unwrapped. */
export interface InspectInput {
  readonly venue: InspectVenue | null
  readonly network: Network | null
  readonly asked: AskedFor
  readonly headers: Readonly<Record<string, unknown>> | null
  readonly payload: Readonly<Record<string, unknown>>
  /** What was taken off around it, and what stood in another form, one sentence each. */
  readonly notes: readonly string[]
}

/** Takes headers that stand in an Arcus body out of it, so that the payload is what is sent. Fails with `input.duplicateKey`. */
function withoutHeaders(input: InspectInput): Result<InspectInput> {
  const { headers, ...payload } = input.payload
  if (headers === undefined || !Object.hasOwn(payload, 'marketId')) return ok(input)
  if (input.headers !== null) return fail('input.duplicateKey', { field: 'headers' })
  return isObject(headers)
    ? ok({ ...input, payload, headers })
    : fail('input.badField', { field: 'headers', detail: 'they must be an object.' })
}

/** What was asked for, with the payload still as it came. */
function askedIn(value: Json): Result<Omit<InspectInput, 'payload' | 'notes'> & { readonly payload: Json }> {
  if (!isObject(value) || !Object.hasOwn(value, 'payload'))
    return ok({ venue: null, network: null, asked: {}, headers: null, payload: value })
  const wrapper = check(wrapperSchema, value)
  if (!wrapper.ok) return wrapper
  const { venue = null, network = null, headers = null, request, payload } = wrapper.value
  return ok({ venue, network, asked: request, headers, payload: payload as Json })
}

/** Takes off everything around a payload. Fails with `payload.notLeverageChange` or `input.*`. */
export function unwrap(value: Json): Result<InspectInput> {
  const outside = peel(value)
  if (!outside.ok) return outside
  const asked = askedIn(outside.value.value)
  if (!asked.ok) return asked
  const inside = peel(asked.value.payload)
  if (!inside.ok) return inside
  if (!isObject(inside.value.value)) return fail('input.unrecognised', { detail: 'it is not a JSON object.' })
  const { payload, notes } = withPlainForms(inside.value.value)
  return withoutHeaders({
    ...asked.value,
    payload,
    notes: [...outside.value.notes, ...inside.value.notes, ...notes],
  })
}

const has = (payload: InspectInput['payload'], ...keys: readonly string[]): boolean =>
  keys.some((key) => Object.hasOwn(payload, key))

/** Kinds by which a payload is looked at; what it is after that may be told more exactly. */
export type LookedAt = Exclude<
  PayloadKind,
  'alreadySet' | 'approveAgent' | 'revocation' | 'readPermit' | 'historyHead'
>

/** What a payload looks like, by the keys that only it has; null when it is none of them. */
export function kindOf({ venue, payload }: InspectInput): LookedAt | null {
  if (has(payload, 'apiWalletName')) return 'keyRegistration'
  if (typeof payload['text'] === 'string' && ownMessageOf(payload['text'])) return 'confirmation'
  if (has(payload, 'text', 'typedData') || payload['primaryType'] === 'LeverageApproval') return 'approval'
  if (venue === 'coinswitch' || venue === 'bybit' || has(payload, 'buyLeverage', 'sellLeverage'))
    return 'setLeverageBody'
  if (venue === 'arcus' || has(payload, 'marketId')) return 'arcusBody'
  if (has(payload, 'leverage_ok', 'typed_data')) return 'setLeverageAnswer'
  if (has(payload, 'primaryType', 'types', 'domain')) return 'typedData'
  if (looksLikeTradeBody(payload)) return 'tradeBody'
  if (!has(payload, 'action')) return null
  const forCompass =
    venue === 'compass' || typeof payload['signature'] === 'string' || has(payload, 'vault_address')
  return forCompass ? 'executeBody' : 'exchangeBody'
}
