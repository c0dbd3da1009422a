/**
 * `countersign demo`: the whole main job in practice, printed step by step: a change on Hyperliquid, one through Compass,
 * and one whose answer is lost and that is settled by reading; with `--venue` a change at that venue, or at each.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { failure, ok } from '../../../shared/errors.ts'
import { settingText } from '../../../shared/market.ts'
import { venueIds, type VenueId } from '../../../shared/venues/registry.ts'
import { prepare, type PrepareInput } from '../../desk/prepare.ts'
import { reconcile } from '../../desk/reconcile.ts'
import { openWorld } from '../../desk/world.ts'
import { practiceSource } from '../../device/practice.ts'
import { PracticeLedger } from '../../device/practice/practice-ledger.ts'
import { databaseName } from '../../store/open-store.ts'
import { createOutput, type Output } from '../output.ts'
import { answerQuestions, narrate } from '../practice-ledger.ts'
import { add, change, DemoFailed, must, tell, tellHistory, wantedText, type Stage } from './demo-steps.ts'
import { playVenues } from './demo-venues.ts'

/** Options of `demo`. */
export interface DemoOptions {
  /** Folder in which its database is left; one that is removed afterwards unless told. */
  readonly keep?: string
  /** Where a change is made, once each; three changes on Hyperliquid and Compass unless told. */
  readonly venue?: VenueId | 'all'
}

async function findAlreadySet({ output, ports }: Stage, input: PrepareInput): Promise<void> {
  output.say()
  output.say(`# Ask for ${wantedText(input)} where it is set already`)
  const prepared = must(await prepare(ports, input))
  if (prepared.kind === 'prepared') throw new Error('the practice venue has another leverage')
  output.say(`${input.market} is at ${settingText(prepared.setting)} already. There is nothing to sign.`)
}

async function play(stage: Stage): Promise<void> {
  const { output, ports, venue } = stage
  await add(stage, 'treasury', 'hyperliquid')
  tell(stage, await change(stage, { account: 'treasury', market: 'BTC', leverage: '10', isCross: true }))
  await add(stage, 'global markets', 'compass')
  await findAlreadySet(stage, { account: 'global markets', market: 'AAPL', leverage: '5', isCross: true })
  tell(
    stage,
    await change(stage, { account: 'global markets', market: 'AAPL', leverage: '3', isCross: true }),
  )
  output.say()
  output.say('# The connection will break after the next change is applied')
  venue.failNext('resetAfterApply')
  const lost = await change(stage, { account: 'treasury', market: 'ETH', leverage: '9', isCross: false })
  tell(stage, lost)
  output.say()
  output.say('# Reconcile: read the venue, never send again')
  const settled = must(await reconcile(ports, lost.stored.id))
  output.say(`Request ${settled.stored.id} is ${settled.stored.state}.`)
  await tellHistory(stage)
  output.say(`The venue applied ${venue.applied.length} changes, each once.`)
}

async function openStage(dir: string, output: Output): Promise<Stage> {
  const ledger = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })
  narrate(ledger, output.say)
  answerQuestions(ledger, 'approve')
  const passphrase = randomBytes(24).toString('hex')
  const world = must(
    await openWorld({
      mode: 'practice',
      dir,
      practiceLedger: () => practiceSource(ledger),
      passphrase: () => Promise.resolve(ok(passphrase)),
    }),
  )
  if (!world.venue) throw new Error('a practice world has a practice venue')
  return { output, world, ports: world.ports, ledger, venue: world.venue }
}

/** Runs the demo. */
export async function runDemo({ keep, venue }: DemoOptions): Promise<void> {
  const output = createOutput(false)
  const kept = keep === undefined ? null : resolve(keep)
  if (kept !== null && existsSync(join(kept, databaseName)))
    return output.fail(failure('store.exists', { path: join(kept, databaseName) }))
  const dir = kept ?? mkdtempSync(join(tmpdir(), 'countersign-demo-'))
  output.say('PRACTICE: a practice Ledger signs, a practice venue answers. No real key, no real venue.')
  let stage: Stage | undefined
  try {
    stage = await openStage(dir, output)
    if (venue === undefined) await play(stage)
    else await playVenues(stage, venue === 'all' ? venueIds : [venue])
    if (kept !== null) {
      output.say()
      output.say(`Its database is ${stage.world.path}`)
    }
  } catch (error) {
    if (!(error instanceof DemoFailed)) throw error
    output.fail(error.failure)
  } finally {
    await stage?.world.close()
    if (kept === null) rmSync(dir, { recursive: true, force: true })
  }
}
