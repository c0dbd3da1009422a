/** A desk on which something of every kind happened: applied, refused by hand, left prepared; approved in words, or not. */
import { prepare } from '../../electron/desk/prepare.ts'
import { submit } from '../../electron/desk/submit.ts'
import { withdraw } from '../../electron/desk/withdraw.ts'
import type { Store } from '../../electron/store/port.ts'
import { btcTo10, must, openDesk, signed, type TestDesk } from '../support/desk.ts'

export interface UsedDesk {
  readonly desk: TestDesk
  /** Ids of its requests, in the order in which they were prepared. */
  readonly requests: readonly string[]
}

/** Whose name a spreadsheet would run. */
export const formulaName = '=HYPERLINK("http://evil")'

/** Opens a desk and uses it. */
export async function usedDesk(): Promise<UsedDesk> {
  const desk = await openDesk()
  await desk.account({ name: 'words', settings: { approval: 'text' } })
  await desk.account({ name: 'typed', settings: { approval: 'typedData' } })
  await desk.account({ name: formulaName })
  await desk.account({ name: 'compass', venue: 'compass' })
  const applied = await signed(desk, { ...btcTo10, account: 'words' })
  must(await submit(desk.ports, applied))
  const withdrawn = await signed(desk, { ...btcTo10, account: 'typed', market: 'ETH', leverage: '7' })
  must(await withdraw(desk.ports, withdrawn))
  const byCompass = await signed(desk, { account: 'compass', market: 'AAPL', leverage: '3', isCross: true })
  must(await submit(desk.ports, byCompass))
  const last = must(await prepare(desk.ports, { ...btcTo10, account: formulaName, leverage: '20' }))
  if (last.kind !== 'prepared') throw new Error('already set')
  return { desk, requests: [applied, withdrawn, byCompass, last.stored.id] }
}

/** The whole history of a store as JSONL. */
export async function jsonlOf(store: Store): Promise<string> {
  let text = ''
  for await (const piece of store.history.export()) text += must(piece)
  return text
}
