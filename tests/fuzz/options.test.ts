import { CommanderError } from 'commander'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import { readActiveAsset } from '../../shared/venues/hyperliquid/state.ts'
import { readRows, settingOf } from '../../shared/venues/v5/positions.ts'
import { createProgram } from '../../electron/cli/program.ts'
import { chooseDevice } from '../../electron/device/sources.ts'
import { readOrigin } from '../../electron/venues/origin.ts'
import { edgeNumbers, edges } from './edges.ts'

const runs = { numRuns: 500 }

describe('a device and a host', () => {
  const choose = (value: string) => chooseDevice(value, { practice: () => ({}) as never })

  it.each(edges.devices)('--device %j is refused with what it may be', (value) => {
    const chosen = choose(value)
    expect(chosen).toMatchObject({
      error: { code: expect.stringMatching(/^(input\.usage|device\.unreachable)$/) },
    })
    if (!chosen.ok) expect(chosen.error.message).toMatch(/It may be|must be|may only be/)
  })

  it('any text is refused, or means a device on this machine', () => {
    const near = fc
      .tuple(fc.constantFrom('hid', 'practice', 'speculos', 'HID'), fc.oneof(fc.string(), fc.webUrl()))
      .map((parts) => parts.join(':'))
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (value) => {
        const url = /^speculos:(.*)$/is.exec(value)?.[1]
        if (choose(value).ok && url !== undefined)
          expect(new URL(url).hostname).toMatch(/^(127\.0\.0\.1|localhost|\[::1\])$/)
      }),
      runs,
    )
  })

  it('any origin is refused, or is exactly the text that was given, by https or on this machine', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.webUrl().map((url) => new URL(url).origin),
        ),
        (text) => {
          const read = readOrigin(text, 'a venue')
          if (!read.ok) {
            expect(read.error.code).toBe('venue.hostNotAllowed')
            return
          }
          expect(read.value.origin).toBe(text)
          expect(read.value.protocol === 'https:' || /^(127|\[::1|localhost)/.test(read.value.hostname)).toBe(
            true,
          )
        },
      ),
      runs,
    )
  })
})

describe('a number on the command line', () => {
  const prepare = ['prepare', '--account', 'a', '--market', 'BTC', '--leverage']
  /** Options that take a number, the command up to it, and the edges that are numbers there. */
  const options: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['--leverage', prepare, ['05', '5.0']],
    ['--sell-leverage', [...prepare, '5', '--sell-leverage'], ['05', '5.0']],
    ['--expires-in', [...prepare, '5', '--expires-in'], ['05']],
    ['--index', ['accounts', 'add', 'a', '--index'], ['0', '05']],
  ]

  it.each(options)(
    '%s: an edge ends as a usage error that names the option',
    async (option, before, taken) => {
      for (const text of edges.texts.filter((edge) => !taken.includes(edge))) {
        const written: string[] = []
        const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
          written.push(String(line))
          return true
        })
        const parsed = createProgram('.').parseAsync([...before, text], { from: 'user' })
        const error: unknown = await parsed.then(
          () => null,
          (thrown: unknown) => thrown,
        )
        stderr.mockRestore()
        expect(error, text).toBeInstanceOf(CommanderError)
        expect(written.join(''), text).toContain(option)
        expect(written.join(''), text).toMatch(/must be a|argument missing/)
      }
    },
  )
})

describe('a number in an answer of a venue', () => {
  const zero = `0x${'0'.repeat(40)}` as const
  const asset = (value: unknown, markPx: unknown) =>
    readActiveAsset({ user: zero, coin: 'BTC', leverage: { type: 'cross', value }, markPx }, zero, 'BTC')
  const row = (leverage: unknown): Result<unknown> => {
    const one = { positionIdx: 0, symbol: 'BTCUSDT', side: '', size: '0', leverage }
    const rows = readRows({ list: [one] }, 'BTCUSDT', 'Bybit')
    return rows.ok && rows.value ? settingOf(rows.value, true, 'Bybit') : rows
  }

  it('is a leverage in its exact form, or the answer is not believed', () => {
    const [whole, written] = [[1e3], ['05', '5.0']]
    for (const edge of [...edgeNumbers, ...edges.texts]) {
      expect(asset(edge, '1').ok, String(edge)).toBe(whole.includes(edge as number))
      expect(row(edge).ok, String(edge)).toBe(written.includes(edge as string))
    }
    expect(row('5.0')).toMatchObject({ value: { leverage: '5' } })
  })

  it('is a price in decimal digits, or is not shown', () => {
    const taken = ['0', '-1', '-0', '05', '5.0', '9007199254740992', '18446744073709551616']
    for (const edge of [...edgeNumbers, ...edges.texts]) {
      const markPrice = taken.includes(edge as string) ? edge : null
      expect(asset(5, edge), String(edge)).toMatchObject({ value: { leverage: '5', markPrice } })
    }
  })
})
