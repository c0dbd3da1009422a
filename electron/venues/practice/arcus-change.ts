/**
 * `POST /v1/setLeverage` of the practice Arcus: time, key, signature and account must all be in order before its engine
 * sees the change. Written apart from the desk's own code for the same rules.
 */
import { createPublicKey, verify } from 'node:crypto'
import * as v from 'valibot'
import type { Hex } from '../../../shared/hex.ts'
import { parseStrictJson, type Json } from '../../../shared/strict-json.ts'
import { anyAddress, refuse, say, whole, type ArcusAnswer, type ArcusQuestion } from './arcus-answer.ts'
import { arcusMarketById, type PracticeArcusMarket } from './arcus-markets.ts'
import {
  accountOf,
  arcusCrossMargin,
  arcusLeverageOf,
  arcusNotional,
  withArcusChange,
  type AppliedArcusChange,
  type PracticeArcus,
  type PracticeArcusAccount,
  type PracticeArcusKey,
} from './arcus-state.ts'

const bodySchema = v.strictObject({
  address: v.optional(anyAddress),
  accountIndex: v.optional(whole(0, 9), 0),
  marketId: whole(0, 0xffff),
  leverage: whole(1, 1000),
  isolated: v.optional(v.boolean()),
})

type Body = v.InferOutput<typeof bodySchema>

const driftNs = 30_000_000_000n

/** How long after a 202 the engine applies the change, in ms. */
export const practiceConfirmationMs = 2_000

function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`
}

function isSigned(keyId: string, signature: string, text: string): boolean {
  const x = Buffer.from(keyId, 'hex').toString('base64url')
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'hex'))
  } catch {
    return false
  }
}

function isInTime(timestamp: string, nowMs: number): boolean {
  if (!/^\d{19}$/.test(timestamp)) return false
  const away = BigInt(timestamp) - BigInt(nowMs) * 1_000_000n
  return away <= driftNs && away >= -driftNs
}

/** The key that may sign now; a refusal's words otherwise. */
function keyOf(
  state: PracticeArcus,
  { header, nowMs }: ArcusQuestion,
  value: Json,
): PracticeArcusKey | string {
  const [keyId, timestamp, signature] = [header('x-api-key'), header('x-timestamp'), header('x-signature')]
  if (!/^[0-9a-fA-F]{64}$/.test(keyId)) return 'missing or invalid API key'
  if (!isInTime(timestamp, nowMs)) return 'timestamp is not within 30000 ms of the server time'
  const key = state.keys.find((one) => one.keyId === keyId.toLowerCase() && one.status === 'ACTIVE')
  if (!key || (key.validUntil !== null && key.validUntil <= nowMs)) return 'invalid API key'
  if (!/^[0-9a-f]{128}$/.test(signature)) return 'missing or invalid signature'
  if (!isSigned(keyId, signature, `${timestamp}setLeverage${canonical(value)}`))
    return 'invalid order signature'
  return BigInt(timestamp) > BigInt(state.timestamps[key.keyId] ?? '0') ? key : 'timestamp was used before'
}

/** Why the engine refuses a change, by the venue's name for it; null where it does not. */
function engineProblem(
  account: PracticeArcusAccount,
  market: PracticeArcusMarket,
  { leverage, isolated }: Body,
): string | null {
  const held = account.positions[market.id]
  if (!held) return null
  const now = arcusLeverageOf(account, market)
  if (isolated === true && !now.isolated) return 'HAS_OPEN_POSITION'
  if (leverage >= now.value && isolated !== false) return null
  const alone = held.isolatedMargin !== null && isolated !== false
  const available = alone
    ? Number(held.isolatedMargin)
    : Number(account.equity) - arcusCrossMargin(account, market.id)
  return arcusNotional(held, market) / leverage > available ? 'UNDERCOLLATERALIZED' : null
}

/** The venue's answer about a change, whatever became of it. */
export const changeAnswer = (
  change: Pick<AppliedArcusChange, 'address' | 'accountIndex' | 'marketId' | 'isolated'>,
  leverage: number,
  status: 'ACK' | 'APPLIED' | 'REJECTED',
): { readonly [name: string]: Json } => ({
  requestId: '6f1c3c1e-0000-4000-8000-000000000001',
  address: change.address,
  accountIndex: change.accountIndex,
  marketId: change.marketId,
  leverage,
  ...(change.isolated === null ? {} : { marginMode: change.isolated ? 'ISOLATED' : 'CROSS' }),
  status,
})

function carryOut(state: PracticeArcus, change: AppliedArcusChange): ArcusAnswer {
  if (state.confirmation === 'atOnce')
    return say(withArcusChange(state, change), 200, changeAnswer(change, change.leverage, 'APPLIED'))
  const late = { ...change, atMs: change.atMs + practiceConfirmationMs }
  const pending = state.confirmation === 'later' ? [...state.pending, late] : state.pending
  return say({ ...state, pending }, 202, changeAnswer(change, change.leverage, 'ACK'))
}

function decide(
  state: PracticeArcus,
  { body, address, key }: { readonly body: Body; readonly address: Hex; readonly key: PracticeArcusKey },
  { header, nowMs }: ArcusQuestion,
): ArcusAnswer {
  const market = arcusMarketById(body.marketId)
  if (!market?.online) return refuse(state, 400, 'unknown or offline market')
  if (body.leverage > market.maxLeverage)
    return refuse(state, 400, `leverage exceeds market max ${market.maxLeverage}`)
  const account = accountOf(state, address, body.accountIndex)
  const change: AppliedArcusChange = {
    keyId: key.keyId,
    timestamp: header('x-timestamp'),
    address,
    accountIndex: body.accountIndex,
    marketId: body.marketId,
    leverage: body.leverage,
    isolated: body.isolated ?? null,
    atMs: nowMs,
  }
  const rejectReason = engineProblem(account, market, body)
  if (rejectReason === null) return carryOut(state, change)
  const { value } = arcusLeverageOf(account, market)
  return say(state, 422, { ...changeAnswer(change, value, 'REJECTED'), rejectReason })
}

/** The state in which a time is used up, whatever becomes of its request. */
const withTimestamp = (state: PracticeArcus, keyId: string, timestamp: string): PracticeArcus => ({
  ...state,
  timestamps: { ...state.timestamps, [keyId]: timestamp },
})

/** Answers `POST /v1/setLeverage?address=`. */
export function setArcusLeverage(before: PracticeArcus, question: ArcusQuestion): ArcusAnswer {
  const json = parseStrictJson(question.body)
  if (!json.ok) return refuse(before, 400, 'Invalid request body')
  const key = keyOf(before, question, json.value)
  if (typeof key === 'string') return refuse(before, 401, key)
  const state = withTimestamp(before, key.keyId, question.header('x-timestamp'))
  const body = v.safeParse(bodySchema, json.value)
  const inQuery = v.safeParse(anyAddress, question.query.get('address'))
  if (!body.success || !inQuery.success) return refuse(state, 400, 'Invalid request body')
  const address = inQuery.output
  if ((body.output.address ?? address) !== address || key.address !== address)
    return refuse(state, 403, 'address does not match API key')
  if (key.accountIndex !== null && key.accountIndex !== body.output.accountIndex)
    return refuse(state, 403, 'accountIndex does not match API key')
  return decide(state, { body: body.output, address, key }, question)
}

/** The answer that says that a change was applied, for a body that can be read; null for another one. */
export function claimedArcusChange(body: string): string | null {
  const json = parseStrictJson(body)
  const read = v.safeParse(bodySchema, json.ok ? json.value : null)
  if (!read.success || read.output.address === undefined) return null
  const { address, isolated = null, leverage } = read.output
  return JSON.stringify(changeAnswer({ ...read.output, address, isolated }, leverage, 'APPLIED'))
}
