/** `countersign inspect`: says what a payload really does, offline. */
import { exitCodes } from '../../../shared/errors.ts'
import type { InspectedApproval } from '../../../shared/inspect/finding.ts'
import {
  inspect,
  isSound,
  refusedInspection,
  type InspectOptions,
  type Inspection,
} from '../../../shared/inspect/inspect.ts'
import { leverageText, settingText } from '../../../shared/market.ts'
import type { Network } from '../../../shared/venues/module.ts'
import { visibleJson } from '../../../shared/visible-text.ts'
import { openInput, readAll, readLines, unreadable } from '../input.ts'
import { createOutput, written, type Output } from '../output.ts'

/** What `inspect` is called with. */
export interface InspectArguments {
  /** A file, or `-` for standard input. */
  readonly file: string
  readonly network?: Network
  readonly json: boolean
  /** One input a line, one result a line. */
  readonly ndjson: boolean
}

const verdictText = {
  verified: 'Verified: every hash and signer that came along is right.',
  computed: 'Computed: well formed, but nothing came along to compare with.',
  incomplete: 'Incomplete: what is signed here cannot be told from this alone. Do not sign it on its word.',
  mismatch: 'MISMATCH: do not sign or send this.',
  refused: 'REFUSED: do not sign or send this.',
} as const

const changeText = (intent: NonNullable<Inspection['intent']>): string =>
  intent.action === 'updateLeverage'
    ? `market number ${intent.asset} to ${settingText(intent)}`
    : `${intent.asset} to ${intent.isCross === null ? leverageText(intent) : settingText({ ...intent, isCross: intent.isCross })}`

const subjectText = (intent: NonNullable<Inspection['intent']>): string | null => {
  if (intent.action === 'updateLeverage') return intent.vaultAddress ?? "the signer's own account"
  if (intent.account !== undefined) return `${intent.account}, account ${intent.accountIndex ?? 0}`
  return intent.subAccountId === undefined ? null : `subaccount ${intent.subAccountId}`
}

function printApproval({ say }: Output, found: Inspection, { facts, signedDigest }: InspectedApproval): void {
  const { market, change, mode, subject, until, request, digest } = facts
  say(`  approves  ${market} leverage ${change}, ${mode}`)
  say(`  venue     ${found.venue ?? 'unknown'} ${found.network ?? ''}`)
  say(`  for       ${subject}`)
  say(`  until     ${until}`)
  say(`  request   ${request}`)
  say(`  its digest    0x${digest}`)
  say(`  signed digest ${signedDigest}`)
}

function print(output: Output, found: Inspection): void {
  const { say } = output
  say(verdictText[found.verdict])
  if (found.kind === 'alreadySet') say('The leverage is already as asked; there is nothing to sign.')
  for (const { code, message } of found.problems) say(`  problem   ${message} (${code})`)
  if (found.intent) {
    const { intent } = found
    const { nonce, expiresAfter } = intent
    say(`  sets      ${changeText(intent)}`)
    say(`  venue     ${found.venue ?? 'unknown'} ${found.network ?? ''}`)
    const subject = subjectText(intent)
    if (subject !== null) say(`  for       ${subject}`)
    if (nonce !== null) say(`  nonce     ${nonce}`)
    if (expiresAfter !== undefined)
      say(`  expires   ${expiresAfter === null ? 'never' : new Date(expiresAfter).toISOString()}`)
  }
  if (found.does !== undefined) {
    say(`  does      ${found.does}`)
    if (found.venue !== null) say(`  venue     ${found.venue} ${found.network ?? ''}`)
  }
  if (found.approval) printApproval(output, found, found.approval)
  if (found.digests) {
    if (found.digests.connectionId !== null) say(`  connectionId  ${found.digests.connectionId}`)
    say(`  domain hash   ${found.digests.domainHash}`)
    say(`  message hash  ${found.digests.messageHash}`)
    say(`  digest        ${found.digests.digest}`)
  }
  if (found.signedDigest !== undefined) say(`  signed digest ${found.signedDigest}`)
  if (found.signer) say(`  signed by ${found.signer}`)
  if (found.signingText !== null) say(`  signs     ${found.signingText}`)
  if (found.signatureValid !== null)
    say(`  signature ${found.signatureValid ? 'right: the API key signed exactly this' : 'WRONG'}`)
  for (const note of found.notes) say(`  note      ${note}`)
}

const exitCodeFor = (sound: boolean): number => (sound ? exitCodes.ok : exitCodes.refused)

async function inspectLines(file: string, options: InspectOptions): Promise<void> {
  let sound = true
  for await (const line of readLines(openInput(file))) {
    const found = line.ok ? inspect(line.value, options) : refusedInspection(line.error)
    sound &&= isSound(found)
    if (await written(`${visibleJson(JSON.stringify(found))}\n`)) continue
    // What nobody saw was not found sound.
    sound = false
    break
  }
  process.exitCode = exitCodeFor(sound)
}

/** Runs `inspect`. Exit code 1 when anything is a mismatch or refused. */
export async function runInspect({ file, network, json, ndjson }: InspectArguments): Promise<void> {
  const output = createOutput(json || ndjson)
  const options: InspectOptions = { network: network ?? null, nowMs: Date.now() }
  if (file === '-' && process.stdin.isTTY) output.note('Paste the payload, then press Enter and Ctrl+D.')
  if (ndjson) {
    try {
      await inspectLines(file, options)
    } catch (error) {
      output.fail(unreadable(file, error))
    }
    return
  }
  const text = await readAll(file)
  if (!text.ok && text.error.code !== 'input.notJson') return output.fail(text.error)
  const found = text.ok ? inspect(text.value, options) : refusedInspection(text.error)
  process.exitCode = exitCodeFor(isSound(found))
  output.result(found)
  print(output, found)
}
