/**
 * The body of `POST /exchange`: written from what was signed, and read back strictly.
 * Source: hyperliquid-python-sdk `exchange.py`, `_post_action`.
 */
import * as v from 'valibot'
import { addressSchema, anyObject, check, integer, isObject } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { Hex } from '../../hex.ts'
import { readSignature, type Signature } from '../../signature.ts'
import { inWireOrder, updateLeverageSchema, type Action, type UpdateLeverage } from './action.ts'
import type { ActionContext } from './digest.ts'

/** Body of `POST /exchange`, keys in the order in which they are sent. */
export interface ExchangeBody extends ActionContext {
  readonly action: Action
  readonly signature: Signature
}

/** A leverage change as it stands in an `/exchange` body; without a signature while it is only prepared. */
export interface ReadExchangeBody {
  readonly action: UpdateLeverage
  readonly context: ActionContext
  readonly signature: Signature | null
  /** Whether the body carries `isFrontend`, which some wallets add and no hash covers. */
  readonly isFrontend: boolean
}

/** The body to send for a signed action. Absent and null mean the same to the venue; null is what its SDK sends. */
export const exchangeBody = (
  action: Action,
  context: ActionContext,
  { r, s, v }: Signature,
): ExchangeBody => ({
  action: action.type === 'updateLeverage' ? inWireOrder(action) : action,
  nonce: context.nonce,
  signature: { r, s, v },
  vaultAddress: context.vaultAddress,
  expiresAfter: context.expiresAfter,
})

/** Milliseconds since 1970, as far as JSON readers agree on them. */
const milliseconds = integer(0, Number.MAX_SAFE_INTEGER)

const bodySchema = v.strictObject({
  action: anyObject,
  nonce: milliseconds,
  signature: v.nullish(v.strictObject({ r: v.string(), s: v.string(), v: v.number() })),
  vaultAddress: v.optional(v.nullable(addressSchema), null),
  expiresAfter: v.optional(v.nullable(milliseconds), null),
  isFrontend: v.optional(v.boolean()),
})

/** Checks an `updateLeverage` action wherever it stands. Fails with `payload.notLeverageChange` or `input.*`. */
export function readAction(value: unknown, at = 'action'): Result<UpdateLeverage> {
  const type = isObject(value) ? value['type'] : undefined
  if (typeof type === 'string' && type !== 'updateLeverage') {
    return fail('payload.notLeverageChange', {
      field: `${at}.type`,
      detail: `its action is "${type.slice(0, 40)}".`,
    })
  }
  return check(updateLeverageSchema, value, at)
}

/** Reads an `/exchange` body that changes leverage. Fails with `payload.notLeverageChange` or `input.*`. */
export function readExchangeBody(value: unknown): Result<ReadExchangeBody> {
  const body = check(bodySchema, value)
  if (!body.ok) return body
  const { nonce, signature, vaultAddress, expiresAfter, isFrontend } = body.value
  const action = readAction(body.value.action)
  if (!action.ok) return action
  const read = !signature ? ok(null) : readSignature(signature.r, signature.s, signature.v)
  if (!read.ok) return read
  return ok({
    action: action.value,
    context: { nonce, vaultAddress: vaultAddress as Hex | null, expiresAfter },
    signature: read.value,
    isFrontend: isFrontend !== undefined,
  })
}
