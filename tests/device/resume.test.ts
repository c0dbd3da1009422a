import { describe, expect, it } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import { practiceSource } from '../../electron/device/practice.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import type { Ledger, LedgerSource } from '../../electron/device/port.ts'
import { agent } from '../support/agent.ts'
import { firstPath, readRecording, testAddresses } from './support.ts'

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

const limits = { quiet: 2_000, review: 5_000 }

const device = (): PracticeLedger => new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })

async function open(source: LedgerSource): Promise<Ledger> {
  const opened = await source.open()
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

/** Does something as soon as the device asks. */
function whenAsked(practice: PracticeLedger, act: () => void): void {
  const stop = practice.onScreen(() => {
    if (!practice.asking) return
    stop()
    queueMicrotask(act)
  })
}

const sign = (ledger: Ledger) => ledger.signTypedData(firstPath, agent, testAddresses[0])

async function signsNow(practice: PracticeLedger, ledger: Ledger): Promise<void> {
  whenAsked(practice, () => practice.approve())
  const { v, r, s } = readRecording('nanosp-20-eip712-hl-raw-approve').facts.result ?? { v: 0, r: '', s: '' }
  expect(await sign(ledger)).toEqual({ ok: true, value: { v, r: `0x${r}`, s: `0x${s}` } })
}

describe('the same request is signed after each failure, on a practice Ledger', () => {
  it('locked, then unlocked', async () => {
    const practice = device()
    const ledger = await open(practiceSource(practice, limits))
    practice.lock()
    expect(codeOf(await sign(ledger))).toBe('device.locked')
    practice.unlock()
    await signsNow(practice, ledger)
    await ledger.close()
  })

  it.each([
    ['Bitcoin', 'device.wrongApp'],
    ['BOLOS', 'device.noApp'],
  ])('%s open, then the Ethereum app', async (app, code) => {
    const practice = device()
    const ledger = await open(practiceSource(practice, limits))
    practice.openApp(app)
    expect(codeOf(await sign(ledger))).toBe(code)
    practice.openApp('Ethereum')
    await signsNow(practice, ledger)
    await ledger.close()
  })

  it('a setting off, then on', async () => {
    const practice = device()
    const ledger = await open(practiceSource(practice, limits))
    practice.setSettings({ rawMessages: false })
    expect(codeOf(await sign(ledger))).toBe('device.settingOff')
    practice.setSettings({ rawMessages: true })
    await signsNow(practice, ledger)
    await ledger.close()
  })

  it('rejected, then approved', async () => {
    const practice = device()
    const ledger = await open(practiceSource(practice, limits))
    whenAsked(practice, () => practice.reject())
    expect(codeOf(await sign(ledger))).toBe('device.rejected')
    await signsNow(practice, ledger)
    await ledger.close()
  })

  it('unplugged in the middle of a review, then plugged in and opened anew', async () => {
    const practice = device()
    const source = practiceSource(practice, limits)
    const ledger = await open(source)
    whenAsked(practice, () => practice.unplug())
    expect(codeOf(await sign(ledger))).toBe('device.unplugged')
    expect(codeOf(await sign(ledger))).toBe('device.unplugged')
    expect(codeOf(await source.open())).toBe('device.none')
    practice.plug()
    practice.openApp('Ethereum')
    const again = await open(source)
    await signsNow(practice, again)
    await again.close()
  })

  it('unanswered, then opened anew: the old review is off the screen', async () => {
    const practice = device()
    const impatient = await open(practiceSource(practice, { quiet: 2_000, review: 30 }))
    expect(codeOf(await sign(impatient))).toBe('device.timeout')
    expect(practice.asking).toBe(false)
    const ledger = await open(practiceSource(practice, limits))
    await signsNow(practice, ledger)
    await ledger.close()
  })

  it('left with an open review by a process that died, then signed by the next', async () => {
    const practice = device()
    const dead = await open(practiceSource(practice, limits))
    const { promise, resolve } = Promise.withResolvers<void>()
    whenAsked(practice, resolve)
    const abandoned = sign(dead)
    await promise
    await dead.close()
    expect(codeOf(await abandoned)).toBe('device.closed')
    expect(practice.asking).toBe(true)
    const ledger = await open(practiceSource(practice, limits))
    expect(await ledger.address(firstPath)).toEqual({ ok: true, value: testAddresses[0] })
    expect(practice.app.name).toBe('Ethereum')
    await signsNow(practice, ledger)
    await ledger.close()
  })

  it('signs twice in a row, and a personal message between', async () => {
    const practice = device()
    const ledger = await open(practiceSource(practice, limits))
    await signsNow(practice, ledger)
    whenAsked(practice, () => practice.approve())
    const text = Buffer.from('Countersign approval')
    expect(codeOf(await ledger.signPersonalMessage(firstPath, text, testAddresses[0]))).toBe('ok')
    await signsNow(practice, ledger)
    await ledger.close()
  })

  it('one practice Ledger is opened once in this process', async () => {
    const practice = device()
    const ledger = await open(practiceSource(practice, limits))
    expect(codeOf(await practiceSource(practice, limits).open())).toBe('device.inUse')
    await ledger.close()
    await (await open(practiceSource(practice, limits))).close()
  })
})

describe('what the device says of itself', () => {
  it('app, version and the one readable setting', async () => {
    const practice = device()
    const ledger = await open(practiceSource(practice, limits))
    const state = { name: 'Ethereum', version: '1.22.0' }
    expect(await ledger.app()).toEqual({ ok: true, value: { ...state, blindSigning: false } })
    practice.setSettings({ blindSigning: true })
    expect(await ledger.app()).toEqual({ ok: true, value: { ...state, blindSigning: true } })
    await ledger.close()
  })
})
