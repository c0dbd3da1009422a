import { writeFileSync } from 'node:fs'
import { it } from 'vitest'
import { readHistory } from '../../electron/export/read-history.ts'
import { drawSheet } from '../../electron/export/sheet.ts'
import { sheetContent } from '../../electron/export/sheet-content.ts'
import { toldRequest } from '../../electron/export/told-request.ts'
import { submit } from '../../electron/desk/submit.ts'
import { must, openDesk, signed } from '../support/desk.ts'
it('draws', async () => {
  const desk = await openDesk()
  await desk.account({ settings: { approval: 'text' } })
  const id = await signed(desk)
  must(await submit(desk.ports, id))
  const { replay } = must(await readHistory(desk.ports.store.history))
  const trace = replay.requests.get(id)
  if (!trace) throw new Error()
  const pdf = await drawSheet(sheetContent(must(toldRequest(id, trace)), desk.ports.store))
  writeFileSync('/tmp/sheet.pdf', pdf)
})
