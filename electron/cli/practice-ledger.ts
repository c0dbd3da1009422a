/** The practice Ledger at the command line: what it shows is printed, and the program presses its buttons. */
import { modelName } from '../../shared/device/models.ts'
import type { PracticeLedger } from '../device/practice/practice-ledger.ts'
import type { PracticeAnswer } from './options.ts'

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
