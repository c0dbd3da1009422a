// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import App from '../../renderer/App.svelte'
import type { DeskClient } from '../../renderer/state/client.ts'
import { Desk } from '../../renderer/state/desk.svelte.ts'
import type { Recovery } from '../../shared/contract.ts'
import { failure, ok, type ErrorCode } from '../../shared/errors.ts'
import { cleanup, fireEvent, render, screen } from './testing.ts'

const path = '/home/ann/desk/countersign.db'
const folder = '/home/ann/desk/backups'
const fileName = 'countersign-20261119T070000000Z-daily.db'
const replaced = `${folder}/replaced-20261120T140000000Z.db`
const found: Recovery = {
  path,
  folder,
  backup: { fileName, atMs: Date.UTC(2026, 10, 19, 7, 0, 0), count: 412 },
  passedOver: 0,
  losses: { rows: 0, lines: [], more: 0 },
}

interface Given {
  readonly code?: ErrorCode
  readonly recovery?: Partial<Recovery>
  readonly restore?: unknown
}

/** A window whose desk could not be opened; what is asked of the host is kept. */
async function windowOf({ code = 'store.lost', recovery = {}, restore }: Given = {}) {
  const asked: { readonly restore: unknown[]; readonly open: unknown[] } = { restore: [], open: [] }
  const failed = {
    mode: 'real',
    failure: failure(code, { path, detail: 'its log countersign.db-wal is there, but it is gone.' }),
  } as const
  const none = { mode: null, shell: 'browser', version: '1', path: null }
  const client = {
    session: {
      get: () => Promise.resolve(none),
      failed: () => Promise.resolve(failed),
      recovery: () => Promise.resolve(ok({ ...found, ...recovery })),
      restore: (input: unknown) => {
        asked.restore.push(input)
        return Promise.resolve(restore ?? ok({ count: 412, replaced }))
      },
      open: (input: unknown) => {
        asked.open.push(input)
        return Promise.resolve({ ok: false, error: failure('store.busy', { path }) })
      },
    },
    events: () => new Promise(() => undefined),
  } as unknown as DeskClient
  const ended = new Promise<void>(() => undefined)
  const connect = () => Promise.resolve({ client, ended })
  const desk = new Desk({ connect, window, storage: window.localStorage, retryMs: 1000 })
  const stop = desk.start()
  render(App, { desk })
  return { asked, stop }
}

let stop = (): void => undefined
afterEach(() => {
  stop()
  cleanup()
})

const shown = async (given?: Given) => {
  const window = await windowOf(given)
  stop = window.stop
  await screen.findByRole('heading', { level: 1 })
  return window
}
const restoreButton = () => screen.findByRole('button', { name: 'Restore this backup' })

describe('a window whose database is lost or damaged', () => {
  it.each<ErrorCode>(['store.lost', 'store.unusable'])(
    '%s: says what is wrong in place of the desk, and that nothing was sent or changed',
    async (code) => {
      await shown({ code })
      expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Your desk cannot be opened.')
      const said = screen.getByRole('alert').textContent
      expect(said).toContain(path)
      expect(said).toContain('its log countersign.db-wal is there')
      expect(said).toContain('Nothing was sent, and no file was changed.')
      expect(screen.queryByText('Know what your Ledger signs.')).toBeNull()
    },
  )

  it('names the newest good backup with its time and rows, and restores nothing by itself', async () => {
    const { asked } = await shown()
    await restoreButton()
    const text = document.body.textContent
    expect(text).toContain('19 Nov 2026 07:00 UTC')
    expect(text).toContain('412 rows')
    expect(text).toContain(fileName)
    expect(asked.restore).toEqual([])
  })

  it('restores exactly the backup that it named, says where the old database is kept, and what to look at', async () => {
    const { asked } = await shown()
    await fireEvent.click(await restoreButton())
    expect(await screen.findByText('The backup is in place.')).toBeDefined()
    expect(asked.restore).toEqual([{ mode: 'real', fileName }])
    const text = document.body.textContent
    expect(text).toContain(replaced)
    expect(text).toMatch(/frozen until you have checked\s+the venue/)
    expect(asked.open).toEqual([])
    await fireEvent.click(screen.getByRole('button', { name: 'Open the desk' }))
    expect(asked.open).toEqual([{ mode: 'real' }])
  })

  it('tells what the backup does not have, before it is restored and after', async () => {
    const line = 'BTC of Main, 3x cross -> 5x cross: applied (01KA6S0Q4T3Z9V8W7X6Y5Z4R14)'
    await shown({ recovery: { losses: { rows: 31, lines: [line], more: 4 } } })
    const button = await restoreButton()
    const told = () => document.body.textContent
    for (const text of ['31 rows that the backup does not have', line, 'and 4 more'])
      expect(told()).toContain(text)
    await fireEvent.click(button)
    expect(await screen.findByText('The backup is in place.')).toBeDefined()
    for (const text of ['31 rows that the backup does not have', line]) expect(told()).toContain(text)
  })

  it('says that nobody knows what is lost where the database cannot be read', async () => {
    await shown({ recovery: { losses: { rows: null, lines: [], more: 0 } } })
    expect(await screen.findByText(/what happened after the backup is not known/)).toBeDefined()
  })

  it('says how many newer backups do not verify', async () => {
    await shown({ recovery: { passedOver: 2 } })
    expect(await screen.findByText(/^2 that do not verify/)).toBeDefined()
  })

  it('without a good backup offers none, and names the command that saves what can be read', async () => {
    await shown({ recovery: { backup: null, passedOver: 1 } })
    expect(await screen.findByText(/There is no backup that verifies/)).toBeDefined()
    expect(document.body.textContent).toContain(`countersign salvage ${path}`)
    expect(screen.queryByRole('button', { name: 'Restore this backup' })).toBeNull()
  })

  it('takes the passphrase where no Ledger is connected to confirm it, and keeps it nowhere on the page', async () => {
    const { asked } = await shown({ restore: { ok: false, error: failure('store.unconfirmed') } })
    expect(screen.queryByLabelText('Passphrase in place of the Ledger')).toBeNull()
    await fireEvent.click(await restoreButton())
    const field = await screen.findByLabelText('Passphrase in place of the Ledger')
    await fireEvent.input(field, { target: { value: 'five words of my own' } })
    await fireEvent.click(await restoreButton())
    expect(asked.restore.at(-1)).toEqual({ mode: 'real', fileName, passphrase: 'five words of my own' })
    expect((field as HTMLInputElement).value).toBe('')
  })

  it('tells why a backup was not restored, and stays', async () => {
    await shown({ restore: { ok: false, error: failure('store.inUse', { path }) } })
    await fireEvent.click(await restoreButton())
    expect(await screen.findByText(/is open in another Countersign/)).toBeDefined()
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Your desk cannot be opened.')
  })

  it('is the first start again when the person leaves it, and for any other failure', async () => {
    await shown()
    await fireEvent.click(screen.getByRole('button', { name: 'Back to the start' }))
    expect(await screen.findByText('Know what your Ledger signs.')).toBeDefined()
    stop()
    cleanup()
    await shown({ code: 'store.busy' })
    expect(screen.getByText('Know what your Ledger signs.')).toBeDefined()
  })
})
