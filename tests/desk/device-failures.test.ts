import { describe, expect, it } from 'vitest'
import { prepare } from '../../electron/desk/prepare.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { practiceSource } from '../../electron/device/practice.ts'
import { findByAddress } from '../../electron/device/select.ts'
import { answerQuestions } from '../../electron/cli/practice-ledger.ts'
import { btcTo10, must, openDesk, practiceAddress } from '../support/desk.ts'
import { sign, submit } from '../support/as-shown.ts'

/** Unplugs once the review is on the screen. */
function unplugInReview(ledger: PracticeLedger): void {
  const stop = ledger.onScreen(() => {
    if (!ledger.asking) return
    stop()
    ledger.unplug()
  })
}

/** A Ledger that was plugged in shows its home screen. */
function plugIn(ledger: PracticeLedger): void {
  ledger.plug()
  ledger.openApp('Ethereum')
}

const once = (ledger: PracticeLedger, act: 'reject'): void => {
  const stop = ledger.onScreen(() => {
    if (!ledger.asking) return
    stop()
    ledger[act]()
  })
}

const hindrances: readonly {
  readonly what: string
  readonly code: string
  readonly begin: (ledger: PracticeLedger) => void
  readonly end: (ledger: PracticeLedger) => void
}[] = [
  { what: 'locked', code: 'device.locked', begin: (l) => l.lock(), end: (l) => l.unlock() },
  {
    what: 'another app open',
    code: 'device.wrongApp',
    begin: (l) => l.openApp('Bitcoin'),
    end: (l) => l.openApp('Ethereum'),
  },
  {
    what: 'on its home screen',
    code: 'device.noApp',
    begin: (l) => l.openApp('BOLOS'),
    end: (l) => l.openApp('Ethereum'),
  },
  {
    what: 'setting off',
    code: 'device.settingOff',
    begin: (l) => l.setSettings({ rawMessages: false }),
    end: (l) => l.setSettings({ rawMessages: true }),
  },
  { what: 'unplugged', code: 'device.none', begin: (l) => l.unplug(), end: plugIn },
  { what: 'unplugged in the middle', code: 'device.unplugged', begin: unplugInReview, end: plugIn },
  { what: 'rejected', code: 'device.rejected', begin: (l) => once(l, 'reject'), end: () => undefined },
]

describe('whatever keeps the device from signing leaves the request as it was', () => {
  it.each(hindrances.map((hindrance) => [hindrance.what, hindrance] as const))(
    '%s: said so, and signed at the next try',
    async (_, { code, begin, end }) => {
      const desk = await openDesk()
      await desk.account()
      const ledger = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })
      const ports = {
        ...desk.ports,
        openLedger: (path: string, address: `0x${string}`) =>
          findByAddress(practiceSource(ledger), path, address),
      }
      const prepared = must(await prepare(ports, btcTo10))
      if (prepared.kind !== 'prepared') throw new Error('already set')
      const { id } = prepared.stored
      begin(ledger)
      const failed = await sign(ports, id)
      expect(failed).toMatchObject({ ok: false, error: { code, outcome: 'not-sent' } })
      const after = must(await ports.store.requests.get(id))
      expect(after).toMatchObject({ state: 'approved', signature: null, digest: prepared.stored.digest })
      expect(must(await ports.store.history.list({ requestId: id, limit: 1 }))[0]).toMatchObject({
        kind: 'device.failed',
      })
      end(ledger)
      answerQuestions(ledger, 'approve')
      must(await sign(ports, id))
      expect(must(await submit(ports, id)).failure).toBeNull()
    },
  )

  it('another Ledger is connected: not this one, and nothing is asked on it', async () => {
    const desk = await openDesk()
    await desk.account()
    const mnemonic = 'test test test test test test test test test test test junk'
    const stranger = new PracticeLedger({ model: 'stax', mnemonic, settings: { rawMessages: true } })
    let asked = false
    stranger.onScreen(() => {
      asked ||= stranger.asking
    })
    const ports = {
      ...desk.ports,
      openLedger: (path: string, address: `0x${string}`) =>
        findByAddress(practiceSource(stranger), path, address),
    }
    const prepared = must(await prepare(ports, btcTo10))
    if (prepared.kind !== 'prepared') throw new Error('already set')
    const failed = await sign(ports, prepared.stored.id)
    expect(failed).toMatchObject({ ok: false, error: { code: 'device.notThisOne' } })
    expect(failed.ok ? '' : failed.error.message.toLowerCase()).toContain(practiceAddress)
    expect(asked).toBe(false)
  })
})
