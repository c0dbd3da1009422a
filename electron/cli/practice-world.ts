/** Practice at the command line: a Ledger whose buttons are pressed by the program, and a venue that remembers. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { modelName } from '../../shared/device/models.ts'
import type { PracticeLedger } from '../device/practice/practice-ledger.ts'
import type { PracticeState, PracticeVenue } from '../venues/practice/port.ts'
import { startPracticeVenue } from '../venues/practice/practice-venue.ts'
import type { PracticeAnswer } from './options.ts'

/** The API key that the practice venue takes. */
export const practiceKey = 'practice'

/** Says what the practice Ledger shows, a line per screen. */
export function narrate(ledger: PracticeLedger, say: (line: string) => void): void {
  let last = ''
  ledger.onScreen(({ lines }) => {
    const text = lines.map((line) => line.trim()).join(' | ')
    if (text !== last && text !== '') say(`  [${modelName(ledger.model)}] ${text}`)
    last = text
  })
}

/** Presses the practice Ledger's buttons for every question that comes up. */
export function answerQuestions(ledger: PracticeLedger, answer: PracticeAnswer): void {
  if (answer === 'none') return
  let pressing = false
  ledger.onScreen(() => {
    if (!ledger.asking || pressing) return
    pressing = true
    setImmediate(() => {
      if (ledger.asking) ledger[answer]()
      pressing = false
    })
  })
}

const load = (file: string): PracticeState | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PracticeState) : undefined

/** Starts a practice venue whose state is kept in `dir`, so that the next command finds it as it was left. */
export function startRememberingVenue(dir: string, port?: number): Promise<PracticeVenue> {
  const file = join(dir, 'practice-venue.json')
  const state = load(file)
  return startPracticeVenue({
    apiKey: practiceKey,
    ...(port === undefined ? {} : { port }),
    ...(state ? { state } : {}),
    onChange: (next) => {
      writeFileSync(`${file}.new`, JSON.stringify(next))
      renameSync(`${file}.new`, file)
    },
  })
}
