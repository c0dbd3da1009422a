/** The rules of `POST /v5/position/set-leverage`, and the retCode of each refusal (Bybit V5 docs, error). */
import * as v from 'valibot'
import { parseStrictJson } from '../../../shared/strict-json.ts'
import {
  bigPosition,
  bigPositionLeverage,
  practiceV5Markets,
  v5LeverageOf,
  v5WorthOf,
  type PracticeV5Account,
  type PracticeV5Market,
} from './v5-state.ts'

const leverage = v.pipe(v.string(), v.regex(/^\d{1,4}(\.\d{1,4})?$/))

const bodySchema = v.strictObject({
  category: v.picklist(['linear', 'inverse']),
  symbol: v.string(),
  buyLeverage: leverage,
  sellLeverage: leverage,
})

type Body = v.InferOutput<typeof bodySchema>

/** A refusal: its code and the venue's words. */
export type Refusal = readonly [retCode: number, retMsg: string]

/** What came of a change: the account after it, or the refusal. */
export type Change =
  | { readonly account: PracticeV5Account; readonly refusal: null }
  | { readonly account: null; readonly refusal: Refusal }

const refuse = (retCode: number, retMsg: string): Change => ({ account: null, refusal: [retCode, retMsg] })

/** Ten-thousandths, so that steps are counted in whole numbers. */
const units = (text: string): number => Math.round(Number(text) * 10_000)

function offLimits(text: string, { minLeverage, maxLeverage, leverageStep }: PracticeV5Market): boolean {
  const [value, min] = [units(text), units(minLeverage)]
  return value < min || value > units(maxLeverage) || (value - min) % units(leverageStep) !== 0
}

function shapeProblem(
  { category, buyLeverage, sellLeverage }: Body,
  market: PracticeV5Market | undefined,
  { hedge, marginMode }: PracticeV5Account,
): Refusal | null {
  if (!market || market.category !== category) return [10001, 'params error: symbol invalid']
  if (market.status !== 'Trading') return [10001, 'params error: symbol is not trading']
  if (offLimits(buyLeverage, market) || offLimits(sellLeverage, market)) return [10001, 'leverage invalid']
  const apart = units(buyLeverage) !== units(sellLeverage)
  if (apart && !hedge) return [10001, 'buy leverage must equal sell leverage under one-way mode']
  if (apart && marginMode === 'REGULAR_MARGIN')
    return [10001, 'buy leverage must equal sell leverage under cross margin']
  return marginMode === 'PORTFOLIO_MARGIN' ? [110038, 'Portfolio margin mode is not allowed'] : null
}

/** What the positions of a market are worth in USD, by side. */
function worthOf(account: PracticeV5Account, market: PracticeV5Market, side: 'Buy' | 'Sell'): number {
  return (account.positions[market.symbol] ?? [])
    .filter((held) => held.side === side)
    .reduce((sum, held) => sum + v5WorthOf(held, market), 0)
}

/** Whether a side is too big for a leverage. */
const tooBig = (worth: number, wanted: string): boolean =>
  worth > bigPosition && Number(wanted) > bigPositionLeverage

function marginProblem(
  account: PracticeV5Account,
  market: PracticeV5Market,
  { buyLeverage, sellLeverage }: Body,
): Refusal | null {
  const [long, short] = [worthOf(account, market, 'Buy'), worthOf(account, market, 'Sell')]
  if (tooBig(long, buyLeverage) || tooBig(short, sellLeverage))
    return [110013, 'cannot set leverage gt maxLeverage by risk limit']
  const now = v5LeverageOf(account, market.symbol)
  const more =
    long / Number(buyLeverage) -
    long / Number(now.buy) +
    short / Number(sellLeverage) -
    short / Number(now.sell)
  if (more <= 0 || more <= Number(account.balance)) return null
  return account.marginMode === 'ISOLATED_MARGIN'
    ? [110012, 'insufficient available balance']
    : [110044, 'available margin is insufficient']
}

/** Carries out a change, or says why not. The key and its signature were checked before. */
export function changeLeverage(
  account: PracticeV5Account,
  text: string,
  by: { readonly keyId: string; readonly stamp: string; readonly atMs: number },
  categories: readonly string[],
): Change {
  const parsed = parseStrictJson(text)
  const read = v.safeParse(bodySchema, parsed.ok ? parsed.value : null)
  if (!read.success || !categories.includes(read.output.category))
    return refuse(10001, 'params error: the body cannot be read')
  const body = read.output
  const market = practiceV5Markets.find(({ symbol }) => symbol === body.symbol)
  const problem = shapeProblem(body, market, account)
  if (problem || !market) return refuse(...(problem ?? ([10001, 'params error'] as const)))
  const now = v5LeverageOf(account, market.symbol)
  if (units(now.buy) === units(body.buyLeverage) && units(now.sell) === units(body.sellLeverage))
    return refuse(110043, 'leverage not modified')
  const short = marginProblem(account, market, body)
  if (short) return refuse(...short)
  const set = { buy: String(Number(body.buyLeverage)), sell: String(Number(body.sellLeverage)) }
  return {
    refusal: null,
    account: {
      ...account,
      leverage: { ...account.leverage, [market.symbol]: set },
      applied: [...account.applied, { ...set, symbol: market.symbol, ...by }],
    },
  }
}
