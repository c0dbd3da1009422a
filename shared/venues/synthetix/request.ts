/** Reading bodies for `/v1/trade` that somebody else made: every shape of `tradeBody`, strictly. */
import * as v from 'valibot'
import { addressSchema, anyObject, check, isObject } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { Hex } from '../../hex.ts'
import { readSignature, type Signature } from '../../signature.ts'
import {
  expiresAfterSchema,
  leverageSchema,
  nonceSchema,
  subAccountIdSchema,
  symbolSchema,
  type BodyShape,
} from './fields.ts'

/** A change of leverage as it stands in a body. */
export interface ReadTradeBody {
  readonly shape: BodyShape
  /** Null in shape C, which has none. */
  readonly subAccountId: string | null
  /** Lower case; null where the shape has none. */
  readonly walletAddress: Hex | null
  readonly symbol: string
  readonly leverage: string
  readonly nonce: number
  /** As it is sent; null where none is sent, which signs as 0. */
  readonly expiresAfter: number | null
  readonly signature: Signature | null
}

const change = { action: v.literal('updateLeverage'), symbol: symbolSchema, leverage: leverageSchema }
const signed = {
  nonce: nonceSchema,
  expiresAfter: v.optional(v.union([v.literal(0), expiresAfterSchema])),
  signature: v.optional(v.strictObject({ v: v.number(), r: v.string(), s: v.string() })),
}
const wallet = { walletAddress: v.optional(addressSchema) }
const sdkSpelling = { subaccountId: subAccountIdSchema }
const docsSpelling = { subAccountId: subAccountIdSchema }

const schemas = {
  A: v.strictObject({ params: v.strictObject({ ...change, ...sdkSpelling, ...wallet }), ...signed }),
  /** Shape A with the spelling of the documentation's signed readings. */
  A2: v.strictObject({ params: v.strictObject({ ...change, ...docsSpelling, ...wallet }), ...signed }),
  B: v.strictObject({ params: v.strictObject(change), ...sdkSpelling, ...wallet, ...signed }),
  B2: v.strictObject({ params: v.strictObject(change), ...docsSpelling, ...wallet, ...signed }),
  C: v.strictObject({ params: v.strictObject(change), ...signed }),
  D: v.strictObject({
    params: v.strictObject({ ...change, ...docsSpelling, ...signed }),
    id: v.optional(v.string()),
    method: v.optional(v.literal('post')),
  }),
} as const

type Spelling = keyof typeof schemas

/** Which shape a body has, by where its subaccount and its signature stand. */
function spellingOf(
  body: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, unknown>>,
): Spelling {
  const inParams = ['signature', 'nonce', 'expiresAfter'].some((key) => Object.hasOwn(params, key))
  if (inParams) return 'D'
  if (Object.hasOwn(params, 'subaccountId')) return 'A'
  if (Object.hasOwn(params, 'subAccountId')) return 'A2'
  if (Object.hasOwn(body, 'subaccountId')) return 'B'
  return Object.hasOwn(body, 'subAccountId') ? 'B2' : 'C'
}

const shapeOf = (spelling: Spelling): BodyShape => {
  if (spelling === 'A2') return 'A'
  return spelling === 'B2' ? 'B' : spelling
}

const flatSchema = v.object({
  symbol: v.string(),
  leverage: v.string(),
  nonce: v.number(),
  subaccountId: v.optional(v.string()),
  subAccountId: v.optional(v.string()),
  walletAddress: v.optional(addressSchema),
  expiresAfter: v.optional(v.number()),
  signature: v.optional(v.object({ v: v.number(), r: v.string(), s: v.string() })),
})

/** Reads a body that changes leverage. Fails with `payload.notLeverageChange` or `input.*`. */
export function readTradeBody(value: unknown): Result<ReadTradeBody> {
  const body = check(anyObject, value)
  if (!body.ok) return body
  const params = check(anyObject, body.value['params'], 'params')
  if (!params.ok) return params
  const action = params.value['action']
  if (typeof action === 'string' && action !== 'updateLeverage')
    return fail('payload.notLeverageChange', {
      field: 'params.action',
      detail: `its action is "${action.slice(0, 40)}".`,
    })
  const spelling = spellingOf(body.value, params.value)
  const strict = check(schemas[spelling], value)
  if (!strict.ok) return strict
  const flat = v.parse(flatSchema, { ...strict.value, ...strict.value.params })
  const { symbol, leverage, nonce, signature: sent, expiresAfter = null } = flat
  const signature = sent === undefined ? ok(null) : readSignature(sent.r, sent.s, recoveryOf(sent.v))
  if (!signature.ok) return signature
  return ok({
    shape: shapeOf(spelling),
    subAccountId: flat.subaccountId ?? flat.subAccountId ?? null,
    walletAddress: flat.walletAddress ?? null,
    symbol,
    leverage,
    nonce,
    expiresAfter,
    signature: signature.value,
  })
}

/** The venue takes v as 0 or 1 too (Fenway-snx/synthetix-go-sdk, `SignatureComponents`). */
const recoveryOf = (sent: number): number => (sent === 0 || sent === 1 ? sent + 27 : sent)

/** Whether a payload has the envelope of this venue. */
export const looksLikeTradeBody = (payload: Readonly<Record<string, unknown>>): boolean =>
  isObject(payload['params']) && Object.hasOwn(payload['params'], 'action')
