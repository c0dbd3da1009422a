/** `countersign practice-ledger` and `countersign practice-venue`: the practice world served to other programs. */
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { DeviceModel } from '../../../shared/device/models.ts'
import { PracticeLedger } from '../../device/practice/practice-ledger.ts'
import { serveSpeculos } from '../../device/practice/speculos-server.ts'
import type { PracticeAnswer } from '../options.ts'
import { createOutput } from '../output.ts'
import { answerQuestions, narrate, practiceKey, startRememberingVenue } from '../practice-world.ts'

/** Resolves when the process is told to stop. */
const stopped = (): Promise<unknown> => Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])

/** How the practice Ledger is served. */
export interface PracticeLedgerArguments {
  readonly model: DeviceModel
  readonly apduPort: number
  readonly apiPort: number
  readonly answer: PracticeAnswer
  readonly rawMessages: boolean
  readonly blindSigning: boolean
}

/** Serves a practice Ledger in Speculos' protocols until it is stopped. */
export async function runPracticeLedger(options: PracticeLedgerArguments): Promise<void> {
  const { note } = createOutput(false)
  const { model, rawMessages, blindSigning } = options
  const ledger = new PracticeLedger({ model, settings: { rawMessages, blindSigning } })
  narrate(ledger, note)
  answerQuestions(ledger, options.answer)
  const server = await serveSpeculos(ledger, { apduPort: options.apduPort, apiPort: options.apiPort })
  note(
    `Practice Ledger: APDUs on 127.0.0.1:${server.apduPort}, Speculos API on http://127.0.0.1:${server.apiPort}. Ctrl+C ends it.`,
  )
  await stopped()
  await server.close()
}

/** Serves a practice venue until it is stopped; its state is kept in `dir`. */
export async function runPracticeVenue(dir: string, port: number): Promise<void> {
  const { note } = createOutput(false)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const venue = await startRememberingVenue(dir, port)
  note(
    `Practice venue: Hyperliquid and Compass on ${venue.url}, Compass' API key "${practiceKey}". Ctrl+C ends it.`,
  )
  await stopped()
  await venue.close()
}
