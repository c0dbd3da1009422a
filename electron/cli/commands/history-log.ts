/** `countersign history head`, `history prove` and `history consistency`: what can be kept elsewhere and checked there. */
import { fail, ok, type Result } from '../../../shared/errors.ts'
import { readCheckpoint, type SignedCheckpoint } from '../../../shared/history/checkpoint.ts'
import { signHeadWithLedger } from '../../desk/sign-head.ts'
import type { StoredHead } from '../../store/port.ts'
import { runWithDesk } from '../context.ts'
import { readAll } from '../input.ts'
import type { DeskOptions } from '../options.ts'
import { written } from '../output.ts'

/** Reads a head from a file, or from standard input for `-`. Fails with `history.badHead` or `input.*`. */
export async function readHeadFile(file: string): Promise<Result<SignedCheckpoint>> {
  const text = await readAll(file)
  if (!text.ok) return text
  const head = readCheckpoint(text.value)
  return typeof head === 'string' ? fail('history.badHead', { detail: `${file}: ${head}` }) : ok(head)
}

/** Prints exactly a text that a program reads; with `--json` as a member of an object. */
const printText = async (text: string): Promise<Result<null>> =>
  (await written(text)) ? ok(null) : fail('program.outputCut')

/** Signs a head now, with the Ledger of an account too where one is named, and prints it. */
export const runHead = (options: DeskOptions, account?: string): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const signed: Result<StoredHead> =
      account === undefined
        ? await ports.store.heads.sign()
        : await signHeadWithLedger(ports, account, ({ count, root, time }) => {
            output.note(`The Ledger will show: count ${count}, root ${root}, time ${time}.`)
          })
    if (!signed.ok) return signed
    output.result({ head: signed.value })
    if (output.json) return ok(null)
    const { key, ledger, note } = signed.value
    output.note(`Keep this head and its public key elsewhere. The key: ${key}`)
    if (ledger !== null) output.note(`Signed on the Ledger by ${ledger.signer}: ${ledger.signature}`)
    return printText(note)
  })

async function runProof(
  options: DeskOptions,
  make: (
    store: Parameters<Parameters<typeof runWithDesk>[1]>[0]['ports']['store'],
  ) => Promise<Result<string>>,
): Promise<void> {
  await runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const proof = await make(ports.store)
    if (!proof.ok) return proof
    output.result({ proof: proof.value })
    return output.json ? ok(null) : printText(proof.value)
  })
}

/** Prints the proof that a row is in the history. */
export const runProve = (options: DeskOptions, seq: number): Promise<void> =>
  runProof(options, (store) => store.heads.inclusion(seq))

/** Prints the proof that the history only grew since an older head. */
export const runConsistency = (options: DeskOptions, file: string): Promise<void> =>
  runProof(options, async (store) => {
    const older = await readHeadFile(file)
    return older.ok ? store.heads.consistency(older.value) : older
  })
