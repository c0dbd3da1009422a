import { describe, expect, it } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import { practiceSource } from '../../electron/device/practice.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import type { Ledger } from '../../electron/device/port.ts'
import { findByAddress } from '../../electron/device/select.ts'
import { agent } from '../support/agent.ts'
import { firstPath, testAddresses } from './support.ts'

const limits = { quiet: 2_000, review: 5_000 }

const device = (mnemonic?: string): PracticeLedger => {
  const words = mnemonic === undefined ? {} : { mnemonic }
  const practice = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true }, ...words })
  practice.onScreen(() => {
    if (practice.asking) queueMicrotask(() => practice.asking && practice.approve())
  })
  return practice
}

async function open(practice: PracticeLedger): Promise<Ledger> {
  const opened = await findByAddress(practiceSource(practice, limits), firstPath, testAddresses[0])
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

const sign = (ledger: Ledger) => ledger.signTypedData(firstPath, agent, testAddresses[0])

/** Does something to a device just before it gets its nth APDU from now on; gives how many it got. */
function before(practice: PracticeLedger, nth: number, act: () => void): () => number {
  const exchange = practice.exchange.bind(practice)
  let count = 0
  practice.exchange = (apdu) => {
    count += 1
    if (count === nth) act()
    return exchange(apdu)
  }
  return () => count
}

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

/** How many APDUs one signing takes, from the first question to the signature. */
const total = await (async () => {
  const practice = device()
  const ledger = await open(practice)
  const count = before(practice, 0, () => undefined)
  const signed = await sign(ledger)
  if (!signed.ok) throw new Error(signed.error.message)
  await ledger.close()
  return count()
})()

const places = Array.from({ length: total }, (_, place) => place + 1)

/** What happens to a device between two APDUs, and what may be told of it. A row each. */
const faults: readonly (readonly [what: string, act: (practice: PracticeLedger) => void, codes: RegExp])[] = [
  ['unplugged', (practice) => practice.unplug(), /^device\.unplugged$/],
  ['locked', (practice) => practice.lock(), /^device\.(locked|refused|settingOff)$/],
  [
    'the app closed',
    (practice) => practice.openApp('BOLOS'),
    /^device\.(noApp|wrongApp|refused|closed|protocol)$/,
  ],
  ['another app opened', (practice) => practice.openApp('Bitcoin'), /^device\.(wrongApp|noApp|refused)$/],
]

it('signing takes more than a dozen APDUs', () => {
  expect(total).toBeGreaterThan(12)
})

describe.each(faults)('%s just before an APDU', (_, act, codes) => {
  it.each(places)('APDU %i: nothing is signed, and the next try signs', async (nth) => {
    const practice = device()
    const ledger = await open(practice)
    before(practice, nth, () => act(practice))
    expect(codeOf(await sign(ledger))).toMatch(codes)
    await ledger.close()
    if (!practice.plugged) practice.plug()
    practice.unlock()
    practice.openApp('Ethereum')
    const again = await open(practice)
    expect(codeOf(await sign(again))).toBe('ok')
    await again.close()
  })
})

describe('unplugged while the device is asked', () => {
  it.each([true, false])('and put back (the right one: %s)', async (right) => {
    const practice = device()
    const ledger = await open(practice)
    const exchange = practice.exchange.bind(practice)
    let count = 0
    practice.exchange = (apdu) => {
      count += 1
      const answer = exchange(apdu)
      if (count === total) practice.unplug()
      return answer
    }
    const first = await sign(ledger)
    expect(codeOf(first)).toMatch(/^(ok|device\.unplugged)$/)
    await ledger.close()
    const other = device(right ? undefined : `${'abandon '.repeat(11)}about`)
    const found = await findByAddress(practiceSource(other, limits), firstPath, testAddresses[0])
    expect(found.ok ? 'ok' : found.error.code).toBe(right ? 'ok' : 'device.notThisOne')
    if (found.ok) await found.value.close()
  })
})
