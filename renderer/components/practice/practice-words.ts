/** What can be done to the practice Ledger and its venue, in words for buttons. */
import type { PracticeFault } from '../../state/practice.svelte.ts'

/** An input of a touch screen as a button says it: `hold Hold to sign` is "Hold “Hold to sign”". */
export function inputWords(input: string): string {
  if (input === 'swipe left') return 'Swipe on'
  if (input === 'swipe right') return 'Swipe back'
  const [verb = '', ...rest] = input.split(' ')
  const word = verb.charAt(0).toUpperCase() + verb.slice(1)
  return rest.length === 0 ? word : `${word} “${rest.join(' ')}”`
}

/** How the venue's next answer can go wrong. */
export const faultWords: Readonly<Record<PracticeFault, string>> = {
  resetBeforeApply: 'Breaks before it arrives',
  resetAfterApply: 'Breaks after it arrived',
  timeoutAfterApply: 'Applied, but no answer',
  okButNotApplied: 'Says ok, does nothing',
}

/** Models that can be practised with. */
export const practiceModels = { nanoSP: 'Nano S Plus', nanoX: 'Nano X', stax: 'Stax' } as const

/** What it can have open. */
export const practiceApps = { Ethereum: 'Ethereum', Bitcoin: 'Bitcoin', BOLOS: 'Home screen' } as const
