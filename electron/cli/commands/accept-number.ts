/** `countersign accept-number`: takes a number that a venue gives a market now in place of the one that it had. */
import { ok, type Result } from '../../../shared/errors.ts'
import { acceptNumber } from '../../desk/market-numbers.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'

/** Accepts the new number of a market, which is written down. */
export const runAcceptNumber = (
  options: DeskOptions,
  account: string,
  market: string,
  number: number,
): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const accepted = await acceptNumber(ports, account, market, number)
    if (!accepted.ok) return accepted
    const { was, freed } = accepted.value
    output.result({ accepted: accepted.value })
    output.say(`${market} has the number ${number} from now on. It is written into the history.`)
    if (was !== null)
      output.say(
        `It had the number ${was}. A request that was prepared with it is not signed or sent any more.`,
      )
    if (freed !== null)
      output.say(`The number ${number} was of ${freed}, which has none until it is used again.`)
    return ok(null)
  })
