/**
 * `countersign demo`: the whole main job in practice, printed step by step: a change on Hyperliquid, one through Compass,
 * and one whose answer is lost and that is settled by reading.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { factorySettings } from '../../../shared/device/models.ts'
import { failure, type Failure, type Result } from '../../../shared/errors.ts'
import { settingText, type LeverageSetting } from '../../../shared/market.ts'
import { previewOf } from '../../../shared/preview.ts'
import type { VenueId } from '../../../shared/venues/registry.ts'
import { addAccount, checksummed } from '../../desk/accounts.ts'
import type { DeskPorts } from '../../desk/ports.ts'
import { openWorld, type World } from '../../desk/world.ts'
import { prepare, type PrepareInput } from '../../desk/prepare.ts'
import { reconcile } from '../../desk/reconcile.ts'
import { sign } from '../../desk/sign.ts'
import { submit, type SubmitOutcome } from '../../desk/submit.ts'
import { PracticeLedger } from '../../device/practice/practice-ledger.ts'
import { practiceSource } from '../../device/practice.ts'
import { databaseName } from '../../store/open-store.ts'
import type { Account } from '../../store/port.ts'
import { verifyHistoryFile } from '../../store/verify-file.ts'
import type { PracticeVenue } from '../../venues/practice/port.ts'
import { createOutput, type Output } from '../output.ts'
import { answerQuestions, narrate } from '../practice-ledger.ts'
import { previewLines } from '../preview-text.ts'

interface Stage {
  readonly output: Output
  readonly world: World
  readonly ports: DeskPorts
  readonly ledger: PracticeLedger
  readonly venue: PracticeVenue
}

/** Unwraps a value; a failure ends the demo and is printed by it. */
class DemoFailed extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new DemoFailed(result.error)
  return result.value
}

const path = "44'/60'/0'/0/0"

async function add({ output, ports, world }: Stage, name: string, venue: VenueId): Promise<Account> {
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
      settings: {},
      approval: null,
    } as const
    const account = must(await addAccount({ store: ports.store, ledger: device }, input))
    output.say(`Account ${account.name}: ${checksummed(account.address)}`)
    return account
  } finally {
    await device.close()
  }
}

/** A change with its margin mode said. */
type FullInput = PrepareInput & Pick<LeverageSetting, 'isCross'>

async function change({ output, ports, ledger }: Stage, input: FullInput): Promise<SubmitOutcome> {
  const wanted = settingText(input)
  output.say(`\n# Prepare ${input.market} to ${wanted} for "${input.account}"`)
  const prepared = must(await prepare(ports, input))
  if (prepared.kind === 'alreadySet') throw new Error(`the practice venue has ${wanted} already`)
  const { stored, request } = prepared
  const preview = previewOf(stored.id, request, ledger.model, { ...factorySettings, ...ledger.settings })
  for (const line of previewLines(preview, ports.now())) output.say(line)
  output.say('\n# Sign: review it on the Ledger')
  const signed = must(await sign(ports, stored.id))
  output.say(
    `Signed by ${checksummed(request.signer.address)}; signer and digest were checked: ${signed.digest}`,
  )
  output.say('\n# Send it, once')
  return must(await submit(ports, stored.id))
}

async function findAlreadySet({ output, ports }: Stage, input: FullInput): Promise<void> {
  output.say(`\n# Ask for ${settingText(input)} where it is set already`)
  const prepared = must(await prepare(ports, input))
  if (prepared.kind === 'prepared') throw new Error('the practice venue has another leverage')
  output.say(`${input.market} is at ${settingText(prepared.setting)} already. There is nothing to sign.`)
}

function tell({ output }: Stage, { stored, failure }: SubmitOutcome): void {
  if (failure) output.say(`${failure.message}\n${failure.next}`)
  else output.say(`Applied: the venue was read again and shows the new value.`)
  output.say(`Request ${stored.id} is ${stored.state}.`)
}

async function play(stage: Stage, file: string): Promise<void> {
  const { output, ports, venue } = stage
  await add(stage, 'treasury', 'hyperliquid')
  tell(stage, await change(stage, { account: 'treasury', market: 'BTC', leverage: '10', isCross: true }))
  await add(stage, 'global markets', 'compass')
  await findAlreadySet(stage, { account: 'global markets', market: 'AAPL', leverage: '5', isCross: true })
  tell(
    stage,
    await change(stage, { account: 'global markets', market: 'AAPL', leverage: '3', isCross: true }),
  )
  output.say('\n# The connection will break after the next change is applied')
  venue.failNext('resetAfterApply')
  const lost = await change(stage, { account: 'treasury', market: 'ETH', leverage: '9', isCross: false })
  tell(stage, lost)
  output.say('\n# Reconcile: read the venue, never send again')
  const settled = must(await reconcile(ports, lost.stored.id))
  output.say(`Request ${settled.stored.id} is ${settled.stored.state}.`)
  output.say('\n# The history')
  const rows = must(await ports.store.history.list({ limit: 1000 }))
  for (const { seq, at, kind } of rows.toReversed()) output.say(`${String(seq).padStart(4)}  ${at}  ${kind}`)
  const proof = must(await verifyHistoryFile(file))
  output.say(`It verifies: ${proof.count} rows, head ${proof.head}`)
  output.say(`The venue applied ${venue.applied.length} changes, each once.`)
}

async function openStage(dir: string, output: Output): Promise<Stage> {
  const ledger = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })
  narrate(ledger, output.say)
  answerQuestions(ledger, 'approve')
  const world = must(await openWorld({ mode: 'practice', dir, practiceLedger: () => practiceSource(ledger) }))
  if (!world.venue) throw new Error('a practice world has a practice venue')
  return { output, world, ports: world.ports, ledger, venue: world.venue }
}

/** Runs the demo in the folder `keep`, or in one that is removed afterwards. */
export async function runDemo(keep: string | undefined): Promise<void> {
  const output = createOutput(false)
  const kept = keep === undefined ? null : resolve(keep)
  if (kept !== null && existsSync(join(kept, databaseName)))
    return output.fail(failure('store.exists', { path: join(kept, databaseName) }))
  const dir = kept ?? mkdtempSync(join(tmpdir(), 'countersign-demo-'))
  output.say('PRACTICE: a practice Ledger signs, a practice venue answers. No real key, no real venue.')
  let stage: Stage | undefined
  try {
    stage = await openStage(dir, output)
    await play(stage, stage.world.path)
    if (kept !== null) output.say(`\nIts database is ${stage.world.path}`)
  } catch (error) {
    if (!(error instanceof DemoFailed)) throw error
    output.fail(error.failure)
  } finally {
    await stage?.world.close()
    if (kept === null) rmSync(dir, { recursive: true, force: true })
  }
}
