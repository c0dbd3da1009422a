/** The steps of the main job as `countersign demo` prints them, the same at every venue. */
import { factorySettings } from '../../../shared/device/models.ts'
import type { Failure, Result } from '../../../shared/errors.ts'
import type { JsonObject } from '../../../shared/history/canonical-json.ts'
import { settingText } from '../../../shared/market.ts'
import type { ApprovalForm } from '../../../shared/prepared-request.ts'
import { previewOf } from '../../../shared/preview.ts'
import type { VenueId } from '../../../shared/venues/registry.ts'
import { addAccount, checksummed } from '../../desk/accounts.ts'
import type { DeskPorts } from '../../desk/ports.ts'
import { prepare, type PrepareInput } from '../../desk/prepare.ts'
import { sign } from '../../desk/sign.ts'
import { submit, type SubmitOutcome } from '../../desk/submit.ts'
import type { World } from '../../desk/world.ts'
import type { PracticeLedger } from '../../device/practice/practice-ledger.ts'
import type { Account } from '../../store/port.ts'
import { verifyHistoryFile } from '../../store/verify-file.ts'
import type { PracticeVenue } from '../../venues/practice/port.ts'
import type { Output } from '../output.ts'
import { previewLines } from '../preview-text.ts'

/** Where a demo plays. */
export interface Stage {
  readonly output: Output
  readonly world: World
  readonly ports: DeskPorts
  readonly ledger: PracticeLedger
  readonly venue: PracticeVenue
}

/** A failure that ends the demo and is printed by it. */
export class DemoFailed extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

/** Unwraps a value; throws `DemoFailed`. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new DemoFailed(result.error)
  return result.value
}

const path = "44'/60'/0'/0/0"

/** What an account of the demo has beside its name and venue. */
export interface DemoAccount {
  readonly settings?: JsonObject
  readonly approval?: ApprovalForm
}

/** Adds an account whose address is read from the practice Ledger. */
export async function add(
  { output, ports, world }: Stage,
  name: string,
  venue: VenueId,
  { settings = {}, approval }: DemoAccount = {},
): Promise<Account> {
  output.say(
    `\n# Add the account "${name}" at ${venue}: its address is read from the Ledger and confirmed on it`,
  )
  const device = must(await world.source.open())
  try {
    const input = {
      name,
      venue,
      network: 'mainnet',
      path,
      account: null,
      vault: null,
      settings,
      approval: approval ?? null,
    } as const
    const account = must(await addAccount({ store: ports.store, ledger: device }, input))
    output.say(`Account ${account.name}: ${checksummed(account.address)}`)
    return account
  } finally {
    await device.close()
  }
}

/** A wanted change in words. */
export const wantedText = ({ leverage, isCross }: PrepareInput): string =>
  isCross === undefined ? `${leverage}x` : settingText({ leverage, isCross })

/** Prepares, previews, signs and sends a change. */
export async function change({ output, ports, ledger }: Stage, input: PrepareInput): Promise<SubmitOutcome> {
  const wanted = wantedText(input)
  output.say()
  output.say(`# Prepare ${input.market} to ${wanted} for "${input.account}"`)
  const prepared = must(await prepare(ports, input))
  if (prepared.kind === 'alreadySet') throw new Error(`the practice venue has ${wanted} already`)
  const { stored, request } = prepared
  const preview = previewOf(stored.id, request, ledger.model, { ...factorySettings, ...ledger.settings })
  for (const line of previewLines(preview, ports.now())) output.say(line)
  output.say()
  output.say(
    request.approval === 'none'
      ? '# Sign: review it on the Ledger'
      : '# Approve in words and sign: review it on the Ledger',
  )
  const signed = must(await sign(ports, stored.id, stored.digest))
  output.say(
    `Signed by ${checksummed(request.signer.address)}; signer and digest were checked: ${signed.digest}`,
  )
  output.say()
  output.say('# Send it, once')
  return must(await submit(ports, stored.id, stored.digest))
}

/** Says how a change ended. */
export function tell({ output }: Stage, { stored, failure }: SubmitOutcome): void {
  if (failure) {
    output.say(failure.message)
    output.say(failure.next)
  } else output.say(`Applied: the venue was read again and shows the new value.`)
  output.say(`Request ${stored.id} is ${stored.state}.`)
}

/** Prints the history and verifies its file. */
export async function tellHistory({ output, ports, world }: Stage): Promise<void> {
  output.say()
  output.say('# The history')
  const rows = must(await ports.store.history.list({ limit: 1000 }))
  for (const { seq, at, kind } of rows.toReversed()) output.say(`${String(seq).padStart(4)}  ${at}  ${kind}`)
  const proof = must(await verifyHistoryFile(world.path))
  output.say(`It verifies: ${proof.count} rows, head ${proof.head}`)
}
