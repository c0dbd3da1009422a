/** `countersign markets`: what the venue trades, and what is set. */
import { ok, type Result } from '../../../shared/errors.ts'
import { notShownText, type LeftOut } from '../../../shared/listed.ts'
import { settingText, type Market } from '../../../shared/market.ts'
import { listMarkets, readSettings } from '../../desk/markets.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'
import type { Output } from '../output.ts'

const modes = ({ crossAllowed, isolatedAllowed, delisted }: Market): string => {
  if (delisted) return 'delisted'
  if (crossAllowed && isolatedAllowed) return 'cross or isolated'
  return crossAllowed ? 'cross only' : 'isolated only'
}

const line = (market: Market): string =>
  `${market.symbol.padEnd(14)} number ${String(market.id).padEnd(8)} up to ${String(market.maxLeverage).padStart(3)}x  ${modes(market)}`

/** Says on standard error which markets are not shown, so that a table on standard output stays one. */
function notShown(output: Output, leftOut: readonly LeftOut[]): void {
  for (const text of notShownText(['market', 'markets'], leftOut)) output.note(text)
}

/** Lists the markets of an account's venue, or reads what is set in those that are named. */
export const runMarkets = (
  options: DeskOptions,
  account: string,
  symbols: readonly string[],
): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    if (symbols.length === 0) {
      const list = await listMarkets(ports, account)
      if (!list.ok) return list
      output.result(list.value)
      for (const market of list.value.markets) output.say(line(market))
      notShown(output, list.value.leftOut)
      return ok(null)
    }
    const settings = await readSettings(ports, account, symbols)
    if (!settings.ok) return settings
    const { taken, leftOut } = settings.value
    output.result({ settings: taken, leftOut })
    for (const { market, current } of taken) output.say(`${line(market)}  now ${settingText(current)}`)
    notShown(output, leftOut)
    return ok(null)
  })
