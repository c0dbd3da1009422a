/** A request as the screens get it: BTC from 5x to 10x cross, signed by a key that everybody knows. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { fromHex, toHex, type Hex } from '../../shared/hex.ts'
import { canonicalJson } from '../../shared/history/canonical-json.ts'
import { nextRow, type HistoryRow } from '../../shared/history/chain.ts'
import type { DeviceState, RequestView } from '../../shared/contract.ts'
import { recomputeDigests, type PreparedRequest } from '../../shared/prepared-request.ts'
import { readSignatureHex } from '../../shared/signature.ts'
import { rulesOf } from '../../shared/venues/registry.ts'

/** Hyperliquid's published test key, and its address. */
const key: Hex = '0x0123456789012345678901234567890123456789012345678901234567890123'
export const testAddress: Hex = '0x14791697260e4c9a71f18484c9f997b308e59325'

export const id = '01KA6S0Q4T3Z9V8W7X6Y5Z4R14'
const accountId = '01KA6S0Q4T3Z9V8W7X6Y5Z4A00'
const nonce = 1_795_184_452_318

/** A Ledger that is connected, unlocked and in its Ethereum app. */
export const readyDevice = {
  presence: 'ready',
  model: 'nanoSP',
  app: null,
  failure: null,
  checkedAtMs: 0,
} as const satisfies DeviceState

/** A request on Hyperliquid. */
export type HyperliquidRequest = Extract<PreparedRequest, { venue: 'hyperliquid' }>

/** A prepared request with right digests; `change` goes over its fields before they are hashed. */
export function preparedRequest(change: Partial<HyperliquidRequest> = {}): HyperliquidRequest {
  const fields: Omit<HyperliquidRequest, 'digests'> = {
    format: 1,
    venue: 'hyperliquid',
    network: 'mainnet',
    origin: 'https://api.hyperliquid.xyz',
    account: { name: 'Treasury Main', address: testAddress },
    signer: { address: testAddress, path: "44'/60'/0'/0/0" },
    market: { symbol: 'BTC', id: 0, maxLeverage: 40 },
    from: { leverage: '5', isCross: true, readAtMs: nonce },
    to: { leverage: '10', isCross: true },
    stake: { markPrice: '95580.0', position: null },
    approval: 'none',
    wire: {
      action: { type: 'updateLeverage', asset: 0, isCross: true, leverage: 10 },
      nonce,
      vaultAddress: null,
      expiresAfter: nonce + 900_000,
    },
    ...change,
  }
  return { ...fields, digests: recomputeDigests(fields) }
}

/** A prepared request at a venue where an API key signs, with right digests; its approval ends when the one above expires. */
export function keyVenueRequest(): PreparedRequest {
  const fields: Omit<Extract<PreparedRequest, { venue: 'bybit' }>, 'digests'> = {
    ...preparedRequest(),
    venue: 'bybit',
    origin: 'https://api.bybit.com',
    market: { symbol: 'BTCUSDT', id: null, maxLeverage: 100 },
    approval: 'text',
    wire: {
      category: 'linear',
      symbol: 'BTCUSDT',
      buyLeverage: '10',
      sellLeverage: '10',
      keyId: 'K1',
      until: nonce + 900_000,
      recvWindowMs: 5000,
    },
  }
  return { ...fields, digests: recomputeDigests(fields) }
}

/** A signature over a digest by the test key, r | s | v. */
export function signed(digest: Hex): Hex {
  const [recovery = 0, ...rs] = secp256k1.sign(fromHex(digest), fromHex(key), {
    prehash: false,
    format: 'recovered',
  })
  return toHex(Uint8Array.of(...rs, 27 + recovery))
}

/** The request in a state, with a signature and a submission where that state has them. */
export function requestIn(
  state: RequestView['state'],
  change: Partial<RequestView> = {},
  prepared: PreparedRequest = preparedRequest(),
): RequestView {
  const isSigned = !['prepared', 'approved'].includes(state)
  const isSent = ['sending', 'applied', 'refused', 'unknown'].includes(state)
  const signature = isSigned ? signed(prepared.digests.digest) : null
  const read = readSignatureHex(signature)
  const body = read.ok ? rulesOf(prepared.venue).bodyOf(prepared.wire, read.value) : ''
  const at = '2026-11-20T14:24:09.530Z'
  return {
    id,
    accountId,
    state,
    prepared,
    signature,
    detail: null,
    submission: isSent
      ? { body, startedAt: at, answeredAt: null, httpStatus: null, answer: null, outcome: null }
      : null,
    createdAt: '2026-11-20T14:20:52.318Z',
    updatedAt: at,
    frozenSince: null,
    ...change,
  }
}

/** The rows of the history that a request has written. */
export function rowsOf({ prepared, signature }: RequestView): HistoryRow[] {
  const { digest } = prepared.digests
  const contents = [
    { kind: 'request.prepared', body: { request: { id, prepared, digest } } },
    { kind: 'request.approved', body: { digest, from: 'prepared' } },
    ...(signature ? [{ kind: 'request.signed', body: { digest, signature, from: 'approved' } }] : []),
  ]
  const rows: HistoryRow[] = []
  for (const [at, { kind, body }] of contents.entries()) {
    const text = canonicalJson(body)
    if (!text.ok) throw new Error(text.error.message)
    const content = { at: `2026-11-20T14:20:5${at}.000Z`, kind, requestId: id, body: text.value }
    rows.push(nextRow(rows.at(-1) ?? null, content))
  }
  return rows
}
