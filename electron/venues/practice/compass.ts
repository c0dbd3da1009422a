/**
 * Compass' endpoints, in the shapes of its API reference: it prepares typed data with a nonce of its own and forwards
 * what was signed to the rules of the exchange.
 */
import * as v from 'valibot'
import { lower, type Hex } from '../../../shared/hex.ts'
import { parseStrictJson, type Json } from '../../../shared/strict-json.ts'
import { shapeOf, type ExchangeRequest } from './exchange-request.ts'
import { practiceConnectionId } from './hashing.ts'
import { marketByCoin, marketByTicker, practiceMarkets, tickerOf, type PracticeMarket } from './markets.ts'
import type { PracticeState } from './port.ts'
import { allowsCross, leverageOf, notional } from './state.ts'

/** A status and its JSON. */
export interface CompassAnswer {
  readonly status: number
  readonly body: Json
}

const owner = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-fA-F]{40}$/, 'Value is not an Ethereum address'),
  v.transform((text) => lower(text as Hex)),
)

const setLeverageSchema = v.strictObject({
  owner,
  asset: v.string(),
  leverage: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
})

const ensureLeverageSchema = v.strictObject({ owner, asset: v.string() })

const executeSchema = v.strictObject({
  action: v.unknown(),
  nonce: v.number(),
  signature: v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{130}$/, 'Signature must be 65 bytes of hex')),
  vault_address: v.optional(v.nullable(v.string()), null),
})

const domainError = (status: number, error: string, message: string): CompassAnswer => ({
  status,
  body: { error, message },
})

type Read<T> = { readonly value: T } | { readonly refusal: CompassAnswer }

const fieldErrors = (issues: readonly v.BaseIssue<unknown>[]): CompassAnswer => ({
  status: 422,
  body: {
    detail: issues.map((issue) => ({
      loc: ['body', v.getDotPath(issue) ?? 'body'],
      msg: issue.message,
      type: issue.type,
    })),
  },
})

function read<S extends v.GenericSchema>(schema: S, text: string): Read<v.InferOutput<S>> {
  const json = parseStrictJson(text)
  if (!json.ok) {
    const detail = [{ loc: ['body'], msg: json.error.message, type: 'json_invalid' }]
    return { refusal: { status: 422, body: { detail } } }
  }
  const parsed = v.safeParse(schema, json.value)
  return parsed.success ? { value: parsed.output } : { refusal: fieldErrors(parsed.issues) }
}

const opportunity = (market: PracticeMarket): Json => ({
  asset: tickerOf(market),
  asset_id: market.id,
  category: market.category,
  mark_price: market.markPx,
  oracle_price: market.markPx,
  open_interest: '1000.0',
  volume_24h: '250000.0',
  funding_rate: '0.0000125',
  max_leverage: market.maxLeverage,
  sz_decimals: market.szDecimals,
})

/** `GET /opportunities`. */
export const opportunities = (): CompassAnswer => ({
  status: 200,
  body: practiceMarkets.filter(({ category }) => category !== null).map(opportunity),
})

/** `GET /positions?owner=`. */
export function positions(state: PracticeState, query: URLSearchParams): CompassAnswer {
  const asked = v.safeParse(owner, query.get('owner'))
  if (!asked.success) return fieldErrors(asked.issues)
  const account = state.accounts[asked.output]
  const held = Object.entries(account?.positions ?? {}).flatMap(([coin, position]) => {
    const market = marketByCoin(coin)
    return market && market.category !== null ? [{ market, position }] : []
  })
  return {
    status: 200,
    body: held.map(({ market, position }) => ({
      asset: tickerOf(market),
      asset_id: market.id,
      side: Number(position.szi) < 0 ? 'short' : 'long',
      size: position.szi.replace('-', ''),
      entry_price: position.entryPx,
      mark_price: market.markPx,
      liquidation_price: null,
      unrealized_pnl: String(Number(position.szi) * (Number(market.markPx) - Number(position.entryPx))),
      leverage: String(leverageOf(account, market).value),
      margin_used: String(notional(position, market) / leverageOf(account, market).value),
      funding_accrued: '0.0',
    })),
  }
}

type LeverageAction = Extract<ExchangeRequest['action'], { type: 'updateLeverage' }>

function preparedAnswer(action: LeverageAction, nonce: number): Json {
  const connectionId = practiceConnectionId({ action, nonce, vaultAddress: null, expiresAfter: null })
  return {
    leverage_ok: false,
    typed_data: {
      domain: {
        chainId: 1337,
        name: 'Exchange',
        verifyingContract: '0x0000000000000000000000000000000000000000',
        version: '1',
      },
      message: { connectionId, source: 'a' },
      primaryType: 'Agent',
      types: {
        Agent: [
          { name: 'source', type: 'string' },
          { name: 'connectionId', type: 'bytes32' },
        ],
      },
    },
    action: {
      asset: action.asset,
      isCross: action.isCross,
      leverage: action.leverage,
      type: action.type,
    },
    nonce,
  }
}

const alreadySet: Json = { leverage_ok: true, typed_data: null, action: null, nonce: null }

interface Wanted {
  readonly owner: Hex
  readonly asset: string
  /** null: the market's maximum. */
  readonly leverage: number | null
}

/** Keeps the margin mode that is set; takes isolated where cross is not allowed. */
function prepare(state: PracticeState, wanted: Wanted, nowMs: number): CompassAnswer {
  const account = state.accounts[wanted.owner]
  if (!account) return domainError(404, 'account_not_found', `${wanted.owner} has no account.`)
  const market = marketByTicker(wanted.asset)
  if (!market) return domainError(404, 'asset_not_found', `${wanted.asset} is not offered.`)
  const leverage = wanted.leverage ?? market.maxLeverage
  if (leverage > market.maxLeverage)
    return domainError(400, 'leverage_too_high', `${wanted.asset} takes at most ${market.maxLeverage}.`)
  const now = leverageOf(account, market)
  if (now.value === leverage) return { status: 200, body: alreadySet }
  const isCross = allowsCross(market) && now.type === 'cross'
  const nonce = Math.max(nowMs, (state.nonces[wanted.owner]?.at(-1) ?? 0) + 1)
  return {
    status: 200,
    body: preparedAnswer({ type: 'updateLeverage', asset: market.id, isCross, leverage }, nonce),
  }
}

/** `POST /set_leverage`. */
export function setLeverage(state: PracticeState, text: string, nowMs: number): CompassAnswer {
  const body = read(setLeverageSchema, text)
  return 'refusal' in body ? body.refusal : prepare(state, body.value, nowMs)
}

/** `POST /ensure_leverage`: 1x. */
export function ensureLeverage(state: PracticeState, text: string, nowMs: number): CompassAnswer {
  const body = read(ensureLeverageSchema, text)
  return 'refusal' in body ? body.refusal : prepare(state, { ...body.value, leverage: 1 }, nowMs)
}

/** Reads the body of `POST /execute` into what is posted to the exchange. */
export function readExecute(text: string): Read<ExchangeRequest> {
  const body = read(executeSchema, text)
  if ('refusal' in body) return body
  const { action, nonce, signature, vault_address: vaultAddress } = body.value
  const request = shapeOf({
    action,
    nonce,
    signature: {
      r: signature.slice(0, 66),
      s: `0x${signature.slice(66, 130)}`,
      v: Number.parseInt(signature.slice(130), 16),
    },
    vaultAddress,
  })
  return request
    ? { value: request }
    : { refusal: domainError(400, 'bad_request', 'The action cannot be read.') }
}
