/**
 * Takes off what payloads travel in: JSON inside a text, a JSON-RPC call to a wallet, a message to a WebSocket. What is
 * inside is then read as strictly as if it had come alone, and each wrapping is told.
 */
import * as v from 'valibot'
import { hexToString, stringToHex } from 'viem'
import { check, isObject } from '../check.ts'
import { fail, failure, ok, type Failure, type Result } from '../errors.ts'
import type { Hex } from '../hex.ts'
import { shownName } from '../listed.ts'
import { parseStrictJson, type Json } from '../strict-json.ts'

/** What was inside, and one sentence for each wrapping. */
export interface Unwrapped {
  readonly value: Json
  readonly notes: readonly string[]
}

/** More than any program puts around a payload. */
const deepest = 4

const id = v.optional(v.nullable(v.union([v.number(), v.string()])))
const rpcSchema = v.strictObject({
  jsonrpc: v.optional(v.literal('2.0')),
  id,
  method: v.string(),
  params: v.array(v.unknown()),
})
const socketSchema = v.strictObject({
  method: v.literal('post'),
  id,
  request: v.strictObject({ type: v.string(), payload: v.unknown() }),
})

const notOne = (detail: string, field: string): Failure =>
  failure('payload.notLeverageChange', { field, detail })

const refuse = (detail: string, field = 'method'): Result<never> => ({
  ok: false,
  error: notOne(detail, field),
})

/** What a wallet is asked by the methods that are no signature over typed data or a message. */
const otherMethods: Readonly<Record<string, string>> = {
  eth_sendTransaction: 'it asks a wallet to send an Ethereum transaction.',
  eth_signTransaction: 'it asks a wallet to sign an Ethereum transaction.',
  eth_sendRawTransaction: 'it sends an Ethereum transaction that is signed already.',
  eth_sign: 'it asks a wallet to sign 32 bytes that say nothing of what they stand for (eth_sign).',
  wallet_sendCalls: 'it asks a wallet to send Ethereum transactions.',
  wallet_switchEthereumChain: 'it asks a wallet to change its network.',
  wallet_addEthereumChain: 'it asks a wallet to add a network.',
  eth_requestAccounts: 'it asks a wallet for its addresses.',
}

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)

/** The text of a personal message, which wallets are given as hex or as it is. */
function messageOf(value: string): string | null {
  if (!/^0x(?:[0-9a-fA-F]{2})+$/.test(value)) return value
  const text = hexToString(value as Hex)
  // Bytes that are no UTF-8 would come out as other signs, and be other bytes again.
  return stringToHex(text) === value.toLowerCase() ? text : null
}

/** The parameters of a call: an address, and what it is to sign, in either order. */
function askedOf(params: readonly unknown[]): { readonly wallet: string; readonly rest: unknown } | null {
  const [first, second] = params
  if (params.length !== 2) return null
  if (isAddress(first)) return { wallet: first, rest: second }
  return isAddress(second) ? { wallet: second, rest: first } : null
}

function fromRpc(value: Json): Result<Unwrapped> {
  const call = check(rpcSchema, value)
  if (!call.ok) return call
  const { method, params } = call.value
  const other = Object.hasOwn(otherMethods, method) ? otherMethods[method] : undefined
  if (other !== undefined) return refuse(other)
  const isTyped = ['eth_signTypedData', 'eth_signTypedData_v3', 'eth_signTypedData_v4'].includes(method)
  if (!isTyped && method !== 'personal_sign')
    return refuse(`it is the call "${shownName(method)}", which is none that signs a change.`)
  const asked = askedOf(params)
  if (!asked) {
    const detail = 'it must be an address and what that is to sign.'
    return fail('input.badField', { field: 'params', detail })
  }
  const notes = [`It is the call ${method}, which asks ${asked.wallet.toLowerCase()} to sign.`]
  if (isTyped) return ok({ value: asked.rest as Json, notes })
  const text = typeof asked.rest === 'string' ? messageOf(asked.rest) : null
  return text === null
    ? fail('input.badField', { field: 'params', detail: 'its message is no text.' })
    : ok({ value: { text }, notes })
}

function fromSocket(value: Json): Result<Unwrapped> {
  const message = check(socketSchema, value)
  if (!message.ok) return message
  const { type, payload } = message.value.request
  if (type === 'info') return refuse('it is a question to the venue, which changes nothing.', 'request.type')
  return type === 'action'
    ? ok({ value: payload as Json, notes: ['It is a message to the WebSocket of Hyperliquid (post).'] })
    : refuse(`it is a message of type "${shownName(type)}".`, 'request.type')
}

function peelOne(value: Json): Result<Unwrapped | null> {
  if (typeof value === 'string') {
    const inside = parseStrictJson(value)
    return inside.ok
      ? ok({ value: inside.value, notes: ['It is JSON inside a text: that is read, and nothing around it.'] })
      : inside
  }
  if (!isObject(value)) return ok(null)
  if (Object.hasOwn(value, 'jsonrpc') || Array.isArray(value['params'])) {
    if (!Object.hasOwn(value, 'method')) return refuse('it is an answer to a JSON-RPC call.', 'jsonrpc')
    return fromRpc(value as Json)
  }
  return value['method'] === 'post' && isObject(value['request']) ? fromSocket(value as Json) : ok(null)
}

/** Takes every wrapping off. Fails with `payload.notLeverageChange`, which says what it is, or with `input.*`. */
export function peel(value: Json): Result<Unwrapped> {
  let inside: Unwrapped = { value, notes: [] }
  for (let level = 0; level < deepest; level += 1) {
    const next = peelOne(inside.value)
    if (!next.ok) return next
    if (next.value === null) return ok(inside)
    inside = { value: next.value.value, notes: [...inside.notes, ...next.value.notes] }
  }
  return fail('input.unrecognised', { detail: `it is wrapped more than ${deepest} times.` })
}
