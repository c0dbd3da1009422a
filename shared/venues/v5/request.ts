/**
 * The request that changes leverage in the V5 dialect, which CoinSwitch PRO (HFT) copies from Bybit: its path, its body,
 * byte for byte, and its body read back. Source: CoinSwitch PRO HFT reference, Set Leverage; Bybit V5 docs, position/leverage.
 */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { canonicalDecimal } from '../../decimal.ts'
import { fail, ok, type Result } from '../../errors.ts'

/** Where a change of leverage is posted. */
export const setLeveragePath = '/v5/position/set-leverage'

/** The categories that have a leverage. CoinSwitch knows `linear` only. */
export const categories = ['linear', 'inverse'] as const

/** A category of markets. */
export type Category = (typeof categories)[number]

/** The body of a change. Leverages are decimal strings; both sides are always named. */
export interface SetLeverageBody {
  readonly category: Category
  readonly symbol: string
  readonly buyLeverage: string
  readonly sellLeverage: string
}

/**
 * The exact text of the body: four strings in the order of the documentation, without spaces. Bybit's signature covers
 * it byte for byte, CoinSwitch's does not cover it at all.
 */
export const setLeverageText = ({ category, symbol, buyLeverage, sellLeverage }: SetLeverageBody): string =>
  JSON.stringify({ category, symbol, buyLeverage, sellLeverage })

/** Schema of a market's symbol: what an approval can show, and what no JSON or query writes in two ways. */
export const symbolSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Z0-9][A-Z0-9._-]{0,39}$/, 'it must be a symbol such as BTCUSDT.'),
)

const leverageText = v.pipe(
  v.string(),
  v.check((text) => {
    const exact = canonicalDecimal(text)
    return exact !== null && exact !== '0'
  }, 'it must be a decimal number above 0 in a string.'),
)

const bodySchema = v.strictObject({
  category: v.picklist(categories),
  symbol: symbolSchema,
  buyLeverage: leverageText,
  sellLeverage: leverageText,
})

/** Reads a body back. Its leverages stay as they are written. Fails with `payload.notLeverageChange` or `input.*`. */
export function readSetLeverageBody(value: unknown): Result<SetLeverageBody> {
  const body = check(bodySchema, value)
  if (body.ok || body.error.field !== 'category') return body
  const { category } = value as { readonly category?: unknown }
  if (category !== 'spot' && category !== 'option') return body
  const detail = `markets of the category "${category}" have no leverage to set.`
  return fail('payload.notLeverageChange', { field: 'category', detail })
}

/** The exact decimals of a body: what two writings of the same number have in common. */
export function exactLeverages(
  body: SetLeverageBody,
): Result<{ readonly buy: string; readonly sell: string }> {
  const [buy, sell] = [canonicalDecimal(body.buyLeverage), canonicalDecimal(body.sellLeverage)]
  if (buy === null)
    return fail('input.badField', { field: 'buyLeverage', detail: 'it is no decimal number.' })
  if (sell === null)
    return fail('input.badField', { field: 'sellLeverage', detail: 'it is no decimal number.' })
  return ok({ buy, sell })
}
