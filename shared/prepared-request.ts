/**
 * A request once its payload, nonce and digests are fixed. It is kept as JSON and read back strictly: the digests are
 * recomputed from the fields each time, so what was previewed is what is signed, sent and remembered.
 */
import * as v from 'valibot'
import { addressSchema, check, hexBytes, integer } from './check.ts'
import { fail, ok, type Result } from './errors.ts'
import type { TypedData } from './eip712/typed-data.ts'
import { updateLeverageSchema } from './venues/hyperliquid/action.ts'
import {
  agentTypedData,
  digestsOf,
  type ActionContext,
  type ActionDigests,
} from './venues/hyperliquid/digest.ts'
import { venueIds } from './venues/registry.ts'

const milliseconds = integer(0, Number.MAX_SAFE_INTEGER)
const decimal = v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/, 'it must be a decimal number in a string.'))
const text = v.pipe(v.string(), v.nonEmpty())
const leverage = v.pipe(v.string(), v.regex(/^[1-9]\d{0,9}$/, 'it must be a whole number in a string.'))
const setting = { leverage, isCross: v.boolean() }

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

/** Schema of a prepared request; all of it is JSON. Times are Unix ms. */
export const preparedRequestSchema = v.strictObject({
  format: v.literal(1),
  venue: v.picklist(venueIds),
  network: v.picklist(['mainnet', 'testnet']),
  /** Where it will be sent: scheme, host and port. */
  origin: text,
  /** Whose leverage changes. */
  account: v.strictObject({ name: text, address: addressSchema }),
  /** Which key signs. */
  signer: v.strictObject({ address: addressSchema, path: text }),
  market: v.strictObject({ symbol: text, id: integer(0, 0xffff_ffff), maxLeverage: integer(1, 1000) }),
  from: v.strictObject({ ...setting, readAtMs: milliseconds }),
  to: v.strictObject(setting),
  stake: v.strictObject({ markPrice: v.nullable(decimal), position: v.nullable(positionSchema) }),
  wire: v.strictObject({
    action: updateLeverageSchema,
    nonce: milliseconds,
    vaultAddress: v.nullable(addressSchema),
    expiresAfter: v.nullable(milliseconds),
  }),
  digests: v.strictObject({
    connectionId: hexBytes(32),
    domainHash: hexBytes(32),
    messageHash: hexBytes(32),
    digest: hexBytes(32),
  }),
})

/** A prepared request. */
export type PreparedRequest = v.InferOutput<typeof preparedRequestSchema>

/** What the signature covers beside the action. */
export const contextOf = ({ wire }: Pick<PreparedRequest, 'wire'>): ActionContext => ({
  nonce: wire.nonce,
  vaultAddress: wire.vaultAddress,
  expiresAfter: wire.expiresAfter,
})

/** The digests that a request's fields give now. */
export const recomputeDigests = (request: Pick<PreparedRequest, 'wire' | 'network'>): ActionDigests =>
  digestsOf(request.wire.action, contextOf(request), request.network)

/** What the Ledger is given. */
export const typedDataOf = ({ digests, network }: PreparedRequest): TypedData =>
  agentTypedData(digests.connectionId, network)

/** The first field whose shown value is not the one that is signed; null when all of them agree. */
function disagreement(request: PreparedRequest): string | null {
  const { wire, market, to, account, digests } = request
  if (wire.action.asset !== market.id) return 'market.id'
  if (String(wire.action.leverage) !== to.leverage) return 'to.leverage'
  if (wire.action.isCross !== to.isCross) return 'to.isCross'
  if (wire.vaultAddress !== null && wire.vaultAddress !== account.address) return 'account.address'
  const recomputed = recomputeDigests(request)
  const names = ['connectionId', 'domainHash', 'messageHash', 'digest'] as const
  const name = names.find((key) => digests[key] !== recomputed[key])
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
