/**
 * What Compass answers to `set_leverage`. Compass chooses the nonce and sends a hash: nothing of it is signed before the
 * hash was recomputed from the fields shown. An answer that differs anywhere is refused.
 */
import * as v from 'valibot'
import { anyObject, check, integer } from '../../check.ts'
import { fail, failure, ok, type Failure, type Result } from '../../errors.ts'
import type { UpdateLeverage } from '../hyperliquid/action.ts'
import { digestsOf, sourceOf, type ActionContext, type ActionDigests } from '../hyperliquid/digest.ts'
import { assetKind } from '../hyperliquid/markets.ts'
import { readAction } from '../hyperliquid/request.ts'
import { readAgentTypedData, type AgentMessage } from '../hyperliquid/typed-data.ts'

/** Compass serves Hyperliquid's mainnet only. */
export const compassNetwork = 'mainnet'

/** A change that Compass prepared, with what it claims (`received`) and what its fields really give (`digests`). */
export interface PreparedChange {
  readonly kind: 'change'
  readonly action: UpdateLeverage
  readonly context: ActionContext
  readonly digests: ActionDigests
  readonly received: AgentMessage
}

/** Compass' word that the leverage is already as asked; nothing is to be signed. */
export interface AlreadySet {
  readonly kind: 'alreadySet'
}

/** What was asked for, as far as it is known; everything given is compared. */
export interface Expectation {
  readonly leverage?: string
  readonly isCross?: boolean
  /** The market's number, from `/opportunities`. */
  readonly assetId?: number
  readonly market?: string
}

/** What is left out says as little as null: there is nothing to sign, or it is missing. */
const envelopeSchema = v.strictObject({
  leverage_ok: v.boolean(),
  typed_data: v.optional(v.nullable(anyObject), null),
  action: v.optional(v.nullable(anyObject), null),
  nonce: v.optional(v.nullable(integer(0, Number.MAX_SAFE_INTEGER)), null),
})

type Envelope = v.InferOutput<typeof envelopeSchema>

function readAlreadySet(envelope: Envelope): Result<AlreadySet> {
  for (const field of ['typed_data', 'action', 'nonce'] as const) {
    if (envelope[field] !== null) {
      return fail('input.badField', {
        field,
        detail: 'leverage_ok is true, so there must be nothing to sign.',
      })
    }
  }
  return ok({ kind: 'alreadySet' })
}

function readChange({ typed_data, action, nonce }: Envelope): Result<PreparedChange> {
  const given = { typed_data, action, nonce }
  for (const field of ['typed_data', 'action', 'nonce'] as const) {
    if (given[field] === null) return fail('input.missingField', { field })
  }
  const readActionResult = readAction(action)
  if (!readActionResult.ok) return readActionResult
  const received = readAgentTypedData(typed_data, 'typed_data')
  if (!received.ok) return received
  const context: ActionContext = { nonce: nonce ?? 0, vaultAddress: null, expiresAfter: null }
  const digests = digestsOf(readActionResult.value, context, compassNetwork)
  return ok({ kind: 'change', action: readActionResult.value, context, digests, received: received.value })
}

/** Reads the answer to `set_leverage`: its shape, strictly. Fails with `payload.notLeverageChange` or `input.*`. */
export function readPrepared(value: unknown): Result<PreparedChange | AlreadySet> {
  const envelope = check(envelopeSchema, value)
  if (!envelope.ok) return envelope
  return envelope.value.leverage_ok ? readAlreadySet(envelope.value) : readChange(envelope.value)
}

const differs = (
  field: string,
  actual: string | number | boolean,
  expected: string | number | boolean,
): Failure => failure('payload.fieldDiffers', { field, actual: String(actual), expected: String(expected) })

/** Everything in a prepared change that contradicts its own hash or what was asked for. Empty when all of it agrees. */
export function contradictions(
  { action, digests, received }: PreparedChange,
  asked: Expectation = {},
): readonly Failure[] {
  const found: Failure[] = []
  if (asked.leverage !== undefined && String(action.leverage) !== asked.leverage) {
    found.push(differs('action.leverage', action.leverage, asked.leverage))
  }
  if (asked.isCross !== undefined && action.isCross !== asked.isCross) {
    found.push(differs('action.isCross', action.isCross, asked.isCross))
  }
  if (asked.assetId !== undefined && action.asset !== asked.assetId) {
    const market = asked.market ?? 'the market that was asked for'
    found.push(
      failure('payload.marketDiffers', {
        field: 'action.asset',
        actual: action.asset,
        expected: asked.assetId,
        market,
      }),
    )
  }
  if (received.source !== sourceOf[compassNetwork]) {
    found.push(
      failure('payload.networkDiffers', {
        field: 'typed_data.message.source',
        actual: 'testnet',
        expected: compassNetwork,
      }),
    )
  }
  if (received.connectionId !== digests.connectionId) {
    const values = {
      field: 'typed_data.message.connectionId',
      actual: received.connectionId,
      expected: digests.connectionId,
    }
    found.push(failure('payload.digestDiffers', values))
  }
  return found
}

/** How far Compass' nonce may be from this machine's clock, in ms, when it has just been prepared. */
export const nonceWindowMs = 10_000

/** What is known when a change is prepared for signing: all of it is compared. */
export interface PreparedFor extends Required<Expectation> {
  /** Unix time in ms when the answer came. */
  readonly nowMs: number
}

/**
 * The checks before a signing screen is shown (compass.md, "What the client must check"); whether the nonce was used
 * before is for the caller, who knows the nonces. Fails with the first contradiction.
 */
export function acceptPrepared(prepared: PreparedChange, asked: PreparedFor): Result<PreparedChange> {
  const contradiction = contradictions(prepared, asked)[0]
  if (contradiction) return { ok: false, error: contradiction }
  if (assetKind(prepared.action.asset) !== 'builder') {
    const detail = `${prepared.action.asset} is not the number of a Global Markets market, which begin at 110000.`
    return fail('input.badField', { field: 'action.asset', detail })
  }
  const { nonce } = prepared.context
  if (Math.abs(nonce - asked.nowMs) > nonceWindowMs)
    return fail('payload.nonceStale', { field: 'nonce', actual: nonce })
  return ok(prepared)
}
