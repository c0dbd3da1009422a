/** `countersign markets`: what the venue trades, and what is set. */
import { ok, type Result } from '../../../shared/errors.ts'
import { settingText, type Market } from '../../../shared/market.ts'
import { listMarkets, readSettings } from '../../desk/markets.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'

const modes = ({ crossAllowed, isolatedAllowed, delisted }: Market): string => {
  if (delisted) return 'delisted'
  if (crossAllowed && isolatedAllowed) return 'cross or isolated'
  return crossAllowed ? 'cross only' : 'isolated only'
}

const line = (market: Market): string =>
  `${market.symbol.padEnd(14)} number ${String(market.id).padEnd(8)} up to ${String(market.maxLeverage).padStart(3)}x  ${modes(market)}`

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
      return ok(null)
    }
    const settings = await readSettings(ports, account, symbols)
    if (!settings.ok) return settings
    output.result({ settings: settings.value })
    for (const { market, current } of settings.value)
      output.say(`${line(market)}  now ${settingText(current)}`)
    return ok(null)
  })
