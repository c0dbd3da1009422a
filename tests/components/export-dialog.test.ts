// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest'
import ExportDialog from '../../renderer/components/history/ExportDialog.svelte'
import { cleanup, fireEvent, render, screen } from './testing.ts'

afterEach(cleanup)

const usable = [
  {
    what: 'request',
    of: 'BTC of Treasury',
    requestId: '01KA6S0Q4T3Z9V8W7X6Y5Z4R14',
    untilMs: 1_795_185_352_318,
  },
] as const

it('names what could still be used and until when, and exports without it unless it is ticked', async () => {
  const asked: boolean[] = []
  const onexport = (withUsable: boolean) => {
    asked.push(withUsable)
    return Promise.resolve()
  }
  render(ExportDialog, { open: true, usable, onexport })
  expect(screen.getByRole('dialog').textContent).toContain(
    'the change of BTC of Treasury (01KA6S0Q4T3Z9V8W7X6Y5Z4R14), until 2026-11-20 14:35:52 UTC',
  )
  await fireEvent.click(screen.getByRole('button', { name: 'Export without them' }))
  expect(asked).toEqual([false])
  cleanup()
  render(ExportDialog, { open: true, usable, onexport })
  await fireEvent.click(screen.getByRole('checkbox'))
  await fireEvent.click(screen.getByRole('button', { name: 'Export with these signatures' }))
  expect(asked).toEqual([false, true])
})
