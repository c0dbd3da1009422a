/** `countersign history` and `history verify`. */
import { ok, type Result } from '../../../shared/errors.ts'
import type { HistoryRow } from '../../../shared/history/chain.ts'
import type { Hex } from '../../../shared/hex.ts'
import { verifyHistoryFile } from '../../store/verify-file.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'
import { createOutput } from '../output.ts'

/** Which rows to list. */
export interface HistoryArguments {
  readonly request?: string
  readonly limit: number
}

const line = ({ seq, at, kind, requestId, hash }: HistoryRow): string =>
  `${String(seq).padStart(6)}  ${at}  ${kind.padEnd(24)} ${requestId ?? ''.padEnd(26)}  ${hash.slice(0, 18)}`

/** Lists the newest rows, oldest of them first. */
export const runHistory = (options: DeskOptions, { request, limit }: HistoryArguments): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const rows = await ports.store.history.list({
      limit,
      ...(request === undefined ? {} : { requestId: request }),
    })
    if (!rows.ok) return rows
    output.result({ rows: rows.value })
    for (const row of rows.value.toReversed()) output.say(line(row))
    if (rows.value.length === 0) output.say(`The history has no rows about the request ${request}.`)
    return ok(null)
  })

/** Verifies a history in a database or JSONL file, on any machine. */
export async function runVerify(file: string, json: boolean, expectedHead?: Hex): Promise<void> {
  const output = createOutput(json)
  const verified = await verifyHistoryFile(file, expectedHead === undefined ? {} : { expectedHead })
  if (!verified.ok) return output.fail(verified.error)
  output.result(verified.value)
  output.say(`The history verifies: ${verified.value.count} rows, each chained to the one before.`)
  output.say(
    `Its head is ${verified.value.head}. Kept elsewhere, it also proves that no row was cut off the end.`,
  )
}
