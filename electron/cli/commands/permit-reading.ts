/** `countersign accounts permit-reading`. */
import { timeText } from '../../../shared/deadline.ts'
import { ok, type Result } from '../../../shared/errors.ts'
import { permitReading } from '../../desk/read-permit.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'

/** Has the Ledger sign the reading of an account and keeps the signature; it is never printed. */
export const runPermitReading = (options: DeskOptions, account: string): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    output.note('The Ledger shows the reading "getSubAccount" and its subaccount. Confirm both there.')
    const given = await permitReading(ports, account)
    if (!given.ok) return given
    const { expiresAtMs } = given.value
    output.result({ account: given.value.account.name, expiresAtMs })
    output.say(`Reading ${given.value.account.name} is permitted until ${timeText(expiresAtMs)}.`)
    return ok(null)
  })
