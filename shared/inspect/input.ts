/** What `inspect` is given: a bare payload, or a payload wrapped with what was asked for. */
import * as v from 'valibot'
import { addressSchema, anyObject, check, isObject } from '../check.ts'
import { fail, ok, type Result } from '../errors.ts'
import type { Json } from '../strict-json.ts'
import type { Network } from '../venues/module.ts'

/** What a payload can be; `alreadySet` is a Compass answer that leaves nothing to sign. */
export type PayloadKind =
  'exchangeBody' | 'setLeverageAnswer' | 'alreadySet' | 'executeBody' | 'typedData' | 'arcusBody'

const wholeNumber = v.pipe(
  v.union([v.number(), v.string()], 'it must be a whole number.'),
  v.transform(String),
  v.regex(/^(0|[1-9]\d{0,15})$/, 'it must be a whole number.'),
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
  leverage: v.optional(wholeNumber),
})

/** What was asked for, as it is compared. */
export type AskedFor = v.InferOutput<typeof requestSchema>

const wrapperSchema = v.strictObject({
  venue: v.optional(v.picklist(['hyperliquid', 'compass', 'arcus'])),
  network: v.optional(v.picklist(['mainnet', 'testnet'])),
  request: v.optional(requestSchema, {}),
  payload: anyObject,
  headers: v.optional(anyObject),
})

/** A payload to inspect, unwrapped. */
export interface InspectInput {
  readonly venue: 'hyperliquid' | 'compass' | 'arcus' | null
  readonly network: Network | null
  readonly asked: AskedFor
  readonly payload: Readonly<Record<string, unknown>>
  /** Headers that came with the payload, in it or beside it; null without any. */
  readonly headers: unknown
}

/** The payloads that may carry their headers inside, as `headers`. */
const carriesHeaders = (payload: Readonly<Record<string, unknown>>): boolean =>
  Object.hasOwn(payload, 'headers') && Object.hasOwn(payload, 'marketId')

/** Takes headers that stand in a payload out of it, so that the payload is what is sent. Fails with `input.duplicateKey`. */
function withoutHeaders(input: InspectInput): Result<InspectInput> {
  if (!carriesHeaders(input.payload)) return ok(input)
  if (input.headers !== null) return fail('input.duplicateKey', { field: 'headers' })
  const { headers, ...payload } = input.payload
  return ok({ ...input, payload, headers })
}

/** Takes the wrapper off, if there is one. Fails with `input.*`. */
export function unwrap(value: Json): Result<InspectInput> {
  if (!isObject(value)) return fail('input.unrecognised', { detail: 'it is not a JSON object.' })
  if (!Object.hasOwn(value, 'payload'))
    return withoutHeaders({ venue: null, network: null, asked: {}, payload: value, headers: null })
  const wrapper = check(wrapperSchema, value)
  if (!wrapper.ok) return wrapper
  const { venue = null, network = null, request, payload, headers = null } = wrapper.value
  return withoutHeaders({ venue, network, asked: request, payload, headers })
}

const has = (payload: InspectInput['payload'], ...keys: readonly string[]): boolean =>
  keys.some((key) => Object.hasOwn(payload, key))

/** What a payload looks like, by the keys that only it has; null when it is none of them. */
export function kindOf({ venue, payload }: InspectInput): Exclude<PayloadKind, 'alreadySet'> | null {
  if (has(payload, 'leverage_ok', 'typed_data')) return 'setLeverageAnswer'
  if (has(payload, 'primaryType', 'types', 'domain')) return 'typedData'
  if (venue === 'arcus' || has(payload, 'marketId')) return 'arcusBody'
  if (!has(payload, 'action')) return null
  const forCompass =
    venue === 'compass' || typeof payload['signature'] === 'string' || has(payload, 'vault_address')
  return forCompass ? 'executeBody' : 'exchangeBody'
}
