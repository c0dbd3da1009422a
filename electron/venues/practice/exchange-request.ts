/**
 * The shape of `POST /exchange` as strictly as the real venue may read it: what it is not known to accept is refused.
 * Written apart from the desk's own schema of the same body.
 */
import * as v from 'valibot'
import type { Hex } from '../../../shared/hex.ts'
import { parseStrictJson } from '../../../shared/strict-json.ts'

const unsigned = (bits: 32 | 53) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(2 ** bits - 1))

const lowerHex = (bytes: number) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`)),
    v.transform((text) => text as Hex),
  )

/** r and s may have lost their leading zeros: the venue's own SDK writes them so. */
const scalar = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-f]{1,64}$/i),
  v.transform((text) => `0x${text.slice(2).toLowerCase().padStart(64, '0')}` as Hex),
)

const halfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

const lowScalar = v.pipe(
  scalar,
  v.check((s) => BigInt(s) <= halfOrder),
)

const actionSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('updateLeverage'),
    asset: unsigned(32),
    isCross: v.boolean(),
    leverage: unsigned(32),
  }),
  v.strictObject({ type: v.literal('noop') }),
  v.strictObject({
    type: v.literal('approveAgent'),
    signatureChainId: v.pipe(v.string(), v.regex(/^0x[1-9a-f][0-9a-f]{0,12}$/)),
    hyperliquidChain: v.picklist(['Mainnet', 'Testnet']),
    agentAddress: lowerHex(20),
    agentName: v.optional(v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,80}$/))),
    nonce: unsigned(53),
  }),
])

const requestSchema = v.strictObject({
  action: actionSchema,
  nonce: unsigned(53),
  signature: v.strictObject({ r: scalar, s: lowScalar, v: v.picklist([27, 28]) }),
  vaultAddress: v.optional(v.nullable(lowerHex(20)), null),
  expiresAfter: v.optional(v.nullable(unsigned(53)), null),
  isFrontend: v.optional(v.boolean(), false),
})

/** An action that the practice venue carries out. */
export type PracticeAction = v.InferOutput<typeof actionSchema>

/** An approval of an agent, which a user signs with its own key. */
export type AgentAction = Extract<PracticeAction, { type: 'approveAgent' }>

/** An action that agents may sign too. */
export type TradeAction = Exclude<PracticeAction, AgentAction>

/** A request of the right shape. */
export type ExchangeRequest = v.InferOutput<typeof requestSchema>

/** A request of the right shape with an action of one kind. */
export type RequestFor<A extends PracticeAction> = Omit<ExchangeRequest, 'action'> & { readonly action: A }

/** Checks a value that is already parsed; null where its shape is wrong. */
export function shapeOf(value: unknown): ExchangeRequest | null {
  const read = v.safeParse(requestSchema, value)
  return read.success ? read.output : null
}

/** Reads the text of a request; null where it is not JSON or its shape is wrong. */
export function readExchangeRequest(text: string): ExchangeRequest | null {
  const json = parseStrictJson(text)
  return json.ok ? shapeOf(json.value) : null
}
