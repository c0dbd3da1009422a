/** `countersign practice-ledger` and `countersign practice-venue`: the practice world served to other programs. */
import { mkdirSync } from 'node:fs'
import { modelName, type DeviceModel } from '../../../shared/device/models.ts'
import { PracticeLedger } from '../../device/practice/practice-ledger.ts'
import { serveSpeculos } from '../../device/practice/speculos-server.ts'
import { practiceKey, startRememberingVenue } from '../../venues/practice/remembering-venue.ts'
import type { PracticeAnswer } from '../options.ts'
import { createOutput } from '../output.ts'
import { served, stopped } from '../serving.ts'
import { answerQuestions, narrate } from '../practice-ledger.ts'

/** How the practice Ledger is served. */
export interface PracticeLedgerArguments {
  readonly model: DeviceModel
  readonly apduPort: number
  /** Where buttons can be pressed over HTTP. */
  readonly apiPort: number
  readonly answer: PracticeAnswer
  readonly rawMessages: boolean
  readonly blindSigning: boolean
}

/** Serves a practice Ledger in Speculos' protocols until it is stopped. */
export async function runPracticeLedger(options: PracticeLedgerArguments): Promise<void> {
  const output = createOutput(false)
  const end = stopped()
  const { model, rawMessages, blindSigning, apduPort, apiPort, answer } = options
  const ledger = new PracticeLedger({ model, settings: { rawMessages, blindSigning } })
  narrate(ledger, output.note)
  answerQuestions(ledger, answer)
  const server = await served(output, () => serveSpeculos(ledger, { apduPort, apiPort }))
  if (!server) return
  const api = `Speculos' HTTP API on http://127.0.0.1:${server.apiPort}`
  output.note(`Practice ${modelName(model)}: APDUs on 127.0.0.1:${server.port}, ${api}. Ctrl+C ends it.`)
  await end
  await server.close()
}

/** Serves a practice venue until it is stopped; its state is kept in `dir`. */
export async function runPracticeVenue(dir: string, port: number): Promise<void> {
  const output = createOutput(false)
  const end = stopped()
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const venue = await served(output, () => startRememberingVenue(dir, port))
  if (!venue) return
  output.note(
    `Practice venue: all venues on ${venue.url}, Compass' API key "${practiceKey}". Ctrl+C ends it.`,
  )
  await end
  await venue.close()
}
