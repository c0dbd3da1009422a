/** `countersign history` and `history verify`. */
import { fail, ok, type Result } from '../../../shared/errors.ts'
import type { JsonObject } from '../../../shared/history/canonical-json.ts'
import type { HistoryRow } from '../../../shared/history/chain.ts'
import { readVkey, type NoteKey } from '../../../shared/history/note.ts'
import { isHex } from '../../../shared/hex.ts'
import { readKeys } from '../../store/verify-export.ts'
import type { FileOptions, FileProof } from '../../store/verify-file.ts'
import { runJob } from '../../work/run.ts'
import { runWithDesk } from '../context.ts'
import { readAll } from '../input.ts'
import { runLong } from '../long-work.ts'
import type { DeskOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { readHeadFile } from './history-log.ts'

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

/** What to hold a history against, as it was typed. */
export interface VerifyArguments {
  /** Hash of a row, or a file with a head. */
  readonly head?: string
  /** A public key as a line, or a file of such lines. */
  readonly key?: string
}

async function readKeyArgument(key: string): Promise<Result<readonly NoteKey[]>> {
  const typed = readVkey(key)
  if (typed !== null) return ok([typed])
  const text = await readAll(key)
  if (!text.ok) return text
  const keys = readKeys(text.value)
  return keys === null ? fail('history.badHead', { detail: `${key} is not a public key.` }) : ok(keys)
}

async function readOptions({ head, key }: VerifyArguments): Promise<Result<FileOptions>> {
  const keys = key === undefined ? null : await readKeyArgument(key)
  if (keys?.ok === false) return keys
  const known = keys === null ? {} : { keys: keys.value }
  if (head === undefined) return ok(known)
  if (isHex(head, 32)) return ok({ ...known, expectedHead: head })
  const outside = await readHeadFile(head)
  return outside.ok ? ok({ ...known, outside: outside.value }) : outside
}

/** What was proven, for people. */
function* verdictOf(proof: FileProof): Generator<string, void> {
  const { count, head, heads, headAt, ledgerHeads, signatures, outsideAt } = proof
  yield `The history verifies: ${count} rows, each chained to the one before.`
  yield `Every signature in it is right (${signatures}).`
  if (headAt !== null)
    yield `Every signed head fits (${heads}, by a Ledger too: ${ledgerHeads}); the newest covers ${headAt} rows.`
  if (outsideAt !== null) yield `It begins with the ${outsideAt} rows of the head that you gave.`
  else yield `Its head is ${head}. Kept elsewhere, it also proves that no row was cut off the end.`
}

/** Verifies a history in a database, a JSONL file or the folder of an export, on any machine. */
export async function runVerify(file: string, json: boolean, typed: VerifyArguments): Promise<void> {
  const output = createOutput(json)
  const options = await readOptions(typed)
  if (!options.ok) return output.fail(options.error)
  let flaw: JsonObject | undefined
  const verified = await runLong(output, 'Verifying', async (follow) => {
    const verdict = await runJob('verify', { file, options: options.value }, follow)
    if (!verdict.ok && verdict.flaw) flaw = { flaw: { ...verdict.flaw } }
    return verdict
  })
  if (!verified.ok) return output.fail(verified.error, flaw)
  output.result(verified.value)
  for (const line of verdictOf(verified.value)) output.say(line)
}
