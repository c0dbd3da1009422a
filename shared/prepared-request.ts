/**
 * A request once its payload, nonce and digests are fixed. It is kept as JSON and read back strictly: the digests are
 * recomputed from the fields each time, so what was previewed is what is signed, sent and remembered.
 */
import * as v from 'valibot'
import { requestDigestOf } from './approvals/request-digest.ts'
import { addressSchema, check, hexBytes, integer, positiveDecimal } from './check.ts'
import { fail, ok, type Result } from './errors.ts'
import type { TypedData } from './eip712/typed-data.ts'
import { hashTypedData } from './eip712/typed-data.ts'
import type { Hex } from './hex.ts'
import { rulesOf, venueModules } from './venues/registry.ts'
import type { WireDigests } from './venues/module.ts'

const milliseconds = integer(0, Number.MAX_SAFE_INTEGER)
const decimal = v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/, 'it must be a decimal number in a string.'))
const text = v.pipe(v.string(), v.nonEmpty())
const setting = {
  leverage: positiveDecimal,
  sellLeverage: v.exactOptional(positiveDecimal),
  isCross: v.boolean(),
}

const positionSchema = v.strictObject({
  /** Signed, in units of the market; negative for short. */
  size: decimal,
  /** USD. */
  value: decimal,
  /** USD. */
  marginUsed: decimal,
  /** USD; null when there is none. */
  liquidationPrice: v.nullable(decimal),
})

/** How a change is approved in words on the Ledger before it is signed for the venue; `none`: it is not. */
export const approvalForms = ['none', 'text', 'typedData'] as const

/** How a change is approved in words. */
export type ApprovalForm = (typeof approvalForms)[number]

const common = {
  format: v.literal(1),
  network: v.picklist(['mainnet', 'testnet']),
  /** Where it will be sent: scheme, host and port. */
  origin: text,
  /** Whose leverage changes. */
  account: v.strictObject({ name: text, address: addressSchema }),
  /** The Ledger's key that signs: for the venue, or the approval without which no API key signs. */
  signer: v.strictObject({ address: addressSchema, path: text }),
  market: v.strictObject({
    symbol: text,
    id: v.nullable(integer(0, 0xffff_ffff)),
    maxLeverage: v.pipe(v.number(), v.minValue(0.01), v.maxValue(1000)),
  }),
  from: v.strictObject({ ...setting, readAtMs: milliseconds }),
  to: v.strictObject(setting),
  stake: v.strictObject({ markPrice: v.nullable(decimal), position: v.nullable(positionSchema) }),
  approval: v.picklist(approvalForms),
  digests: v.strictObject({
    connectionId: v.nullable(hexBytes(32)),
    domainHash: v.nullable(hexBytes(32)),
    messageHash: v.nullable(hexBytes(32)),
    /** What the Ledger signs for the venue; the request's own digest where an API key signs. */
    digest: hexBytes(32),
    /** keccak256 of the canonical JSON of all the other members: what an approval names. */
    request: hexBytes(32),
  }),
}

/** Schema of a prepared request; all of it is JSON. Times are Unix ms. */
export const preparedRequestSchema = v.variant('venue', [
  v.strictObject({
    ...common,
    venue: v.literal('hyperliquid'),
    wire: venueModules.hyperliquid.wireSchema,
  }),
  v.strictObject({ ...common, venue: v.literal('compass'), wire: venueModules.compass.wireSchema }),
  v.strictObject({ ...common, venue: v.literal('arcus'), wire: venueModules.arcus.wireSchema }),
  v.strictObject({ ...common, venue: v.literal('coinswitch'), wire: venueModules.coinswitch.wireSchema }),
  v.strictObject({ ...common, venue: v.literal('bybit'), wire: venueModules.bybit.wireSchema }),
  v.strictObject({ ...common, venue: v.literal('synthetix'), wire: venueModules.synthetix.wireSchema }),
])

/** A prepared request. */
export type PreparedRequest = v.InferOutput<typeof preparedRequestSchema>

/** All hashes that stand for a request. */
export type RequestDigests = PreparedRequest['digests']

type Undigested<R> = R extends unknown ? Omit<R, 'digests'> : never

/** A prepared request before its digests are known. */
export type UndigestedRequest = Undigested<PreparedRequest>

const eip712Digest = (typedData: TypedData | null): Hex | null => typedData && hashTypedData(typedData).digest

/** The digests that a request's fields give now. */
export function recomputeDigests(
  request: UndigestedRequest & { readonly digests?: unknown },
): RequestDigests {
  const { digests: _, ...fields } = request
  const rules = rulesOf(request.venue)
  const wire: WireDigests = rules.digestsOf(request.wire, request.network)
  const own = requestDigestOf(fields)
  return {
    ...wire,
    digest: eip712Digest(rules.typedDataOf(request.wire, request.network)) ?? own,
    request: own,
  }
}

/** What the Ledger signs for the venue; null where an API key signs. */
export const typedDataOf = ({ venue, wire, network }: PreparedRequest): TypedData | null =>
  rulesOf(venue).typedDataOf(wire, network)

const digestNames = ['connectionId', 'domainHash', 'messageHash', 'digest', 'request'] as const

/** The first field whose shown value is not the one that is signed; null when all of them agree. */
function disagreement(request: PreparedRequest): string | null {
  const rules = rulesOf(request.venue)
  const field = rules.disagreement(request)
  if (field !== null) return field
  if (rules.signedBy === 'apiKey' && request.approval === 'none') return 'approval'
  const recomputed = recomputeDigests(request)
  const name = digestNames.find((key) => request.digests[key] !== recomputed[key])
  return name === undefined ? null : `digests.${name}`
}

/**
 * Reads a prepared request and proves that its digests are those of its fields.
 * Fails with `request.altered` that names the field. `id` is for the message.
 */
export function readPreparedRequest(value: unknown, id: string): Result<PreparedRequest> {
  const read = check(preparedRequestSchema, value)
  if (!read.ok) return fail('request.altered', { request: id, field: read.error.field ?? 'payload' })
  const field = disagreement(read.value)
  return field === null ? ok(read.value) : fail('request.altered', { request: id, field })
}
