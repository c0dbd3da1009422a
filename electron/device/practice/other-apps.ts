/** What apps other than Ethereum's, and the home screen, answer to the Ethereum app's commands (as recorded). */
import { answer, sw } from '../../../shared/device/status-words.ts'

/** The answer of the app called `name` to an APDU of the Ethereum app. */
export function otherAppAnswer(name: string, apdu: Uint8Array): Uint8Array {
  if (name === 'BOLOS') return answer(sw.noApp)
  if (name.startsWith('Bitcoin')) return answer(sw.invalidCla)
  const [cla, ins] = apdu
  if (cla !== 0xe0) return answer(sw.invalidCla)
  return answer(ins === 0x06 ? sw.incorrectP1P2 : sw.invalidIns)
}
