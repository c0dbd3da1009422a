/** What Compass is sent: `set_leverage` to prepare, `execute` to submit. Source: Compass API reference, set_leverage. */
import * as v from 'valibot'
import { addressSchema, anyObject, check, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { Hex } from '../../hex.ts'
import { readSignatureHex, signatureToHex, type Signature } from '../../signature.ts'
import type { UpdateLeverage } from '../hyperliquid/action.ts'
import { readAction } from '../hyperliquid/request.ts'

/** The two names under which Compass has served the same operations; a setting of the installation. */
export const pathPrefixes = ['/v2/global_markets_perps', '/v2/perpetual_trading'] as const

/** One of Compass' path families. */
export type PathPrefix = (typeof pathPrefixes)[number]

/** Body of `POST /set_leverage`. `leverage` is always a number: left out, Compass takes the market's maximum. */
export interface SetLeverageBody {
  readonly owner: Hex
  /** Bare ticker, without the dex prefix. */
  readonly asset: string
  readonly leverage: number
}

/** Body of `POST /execute`. */
export interface ExecuteBody {
  /** Keys in the order in which Compass sends them. */
  readonly action: UpdateLeverage
  readonly nonce: number
  /** 65 bytes: r | s | v with v 27 or 28. */
  readonly signature: Hex
}

/** The body that asks Compass to prepare a change; `leverage` is a whole decimal string of at least 1. */
export const setLeverageBody = (owner: Hex, asset: string, leverage: string): SetLeverageBody => ({
  owner,
  asset,
  leverage: Number(leverage),
})

/** The body that submits a signed change. The hash was made without a vault, so none is sent. */
export const executeBody = (
  { asset, isCross, leverage, type }: UpdateLeverage,
  nonce: number,
  signature: Signature,
): ExecuteBody => ({
  action: { asset, isCross, leverage, type },
  nonce,
  signature: signatureToHex(signature),
})

const executeSchema = v.strictObject({
  action: anyObject,
  nonce: integer(0, Number.MAX_SAFE_INTEGER),
  signature: v.string(),
  vault_address: v.optional(v.nullable(addressSchema), null),
})

/** An `/execute` body, read back. */
export interface ReadExecuteBody {
  readonly action: UpdateLeverage
  readonly nonce: number
  readonly signature: Signature
}

/** Reads an `/execute` body that changes leverage. Fails with `payload.notLeverageChange` or `input.*`. */
export function readExecuteBody(value: unknown): Result<ReadExecuteBody> {
  const body = check(executeSchema, value)
  if (!body.ok) return body
  const action = readAction(body.value.action)
  if (!action.ok) return action
  if (body.value.vault_address !== null) {
    return fail('input.badField', {
      field: 'vault_address',
      detail: 'Compass hashes a leverage change without a vault, so it must be null.',
    })
  }
  const signature = readSignatureHex(body.value.signature)
  if (!signature.ok) return signature
  return ok({ action: action.value, nonce: body.value.nonce, signature: signature.value })
}
