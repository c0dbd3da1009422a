import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { hashMessage } from 'viem'
import { describe, expect, it } from 'vitest'
import { approvalDigest } from '../../shared/approvals/approval.ts'
import { checkFacts, factNames, untilMs, untilText } from '../../shared/approvals/facts.ts'
import { toHex } from '../../shared/hex.ts'
import { approvalText, exactText, readApprovalText } from '../../shared/approvals/text.ts'
import { anyFacts, facts, factsText } from './samples.ts'
import { attack } from '../support/proven.ts'

/** All facts that a text gives when any of its spaces may have been a line end, as on a Nano. */
function readings(spaced: string): readonly unknown[] {
  const spaces = [...spaced.matchAll(/ /g)].map(({ index }) => index)
  const words = ['for', 'until', 'request', 'digest']
  const ends = words.map((word) => spaces.filter((at) => spaced.startsWith(`${word} `, at + 1)))
  const found: unknown[] = []
  const breakAt = (places: readonly number[]): void => {
    const text = places.reduce((line, at) => `${line.slice(0, at)}\n${line.slice(at + 1)}`, spaced)
    const read = readApprovalText(text)
    if (read.ok) found.push(read.value)
  }
  const choose = (chosen: readonly number[], [next, ...rest]: readonly (readonly number[])[]): void => {
    if (next === undefined) return breakAt(chosen)
    for (const at of next) if (at > (chosen.at(-1) ?? -1)) choose([...chosen, at], rest)
  }
  choose([], [spaces, ...ends])
  return found
}

describe('the text of an approval', () => {
  it('is six short lines, what matters most first', () => {
    expect(approvalText(facts)).toBe(factsText)
  })

  it('has at most seven lines of printable ASCII, whatever the facts are', () => {
    fc.assert(
      fc.property(anyFacts, (some) => {
        const text = approvalText(some)
        expect(text.split('\n').length).toBeLessThanOrEqual(7)
        expect(text).toMatch(/^[\n\x20-\x7e]+$/)
        expect(text).not.toMatch(/ {2}| \n|\n |\n\n/)
      }),
    )
  })

  it('reads back to the facts that it was made from, and writes back to itself', () => {
    fc.assert(
      fc.property(anyFacts, (some) => {
        const read = readApprovalText(approvalText(some))
        expect(read).toEqual({ ok: true, value: some })
        if (read.ok) expect(approvalText(read.value)).toBe(approvalText(some))
      }),
    )
  })

  attack(
    'text',
    'makes an approval read in a second way where a Nano shows line ends as spaces',
    'there is one way to read it only',
    () => {
      fc.assert(
        fc.property(anyFacts, (some) => {
          expect(readings(approvalText(some).replaceAll('\n', ' '))).toEqual([some])
        }),
        { numRuns: 60 },
      )
    },
  )

  it('changes, and its digest with it, whenever one fact does', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, fc.constantFrom(...factNames), (some, other, name) => {
        fc.pre(some[name] !== other[name])
        const changed = { ...some, [name]: other[name] }
        const [before, after] = [approvalText(some), approvalText(changed)]
        expect(after).not.toBe(before)
        expect(hashMessage(after)).not.toBe(hashMessage(before))
      }),
    )
  })

  it('has the digest of a personal message, as EIP-191 writes it out', () => {
    const byHand = keccak_256(utf8ToBytes(`\x19Ethereum Signed Message:\n${factsText.length}${factsText}`))
    const known = '0x40fec80bfd09ddb54cea6aaab4caf4b0c646e38214de30cb583076f443551cde'
    expect(approvalDigest({ form: 'text', text: factsText })).toBe(known)
    expect(toHex(byHand)).toBe(known)
    expect(hashMessage(factsText)).toBe(known)
  })
})

describe('a text that only looks like one', () => {
  const altered: readonly (readonly [string, string])[] = [
    ['a line end at the end', `${factsText}\n`],
    ['a space at the end', `${factsText} `],
    ['a space at the beginning', ` ${factsText}`],
    ['two spaces', factsText.replace('leverage 5x', 'leverage  5x')],
    ['a space before a line end', factsText.replace('\n', ' \n')],
    ['line ends of Windows', factsText.replaceAll('\n', '\r\n')],
    ['a tab', factsText.replace(' leverage', '\tleverage')],
    ['a no-break space', factsText.replace(' leverage', '\u{a0}leverage')],
    ['a Cyrillic letter', factsText.replace('BTC', 'B\u{422}C')],
    ['an invisible character', factsText.replace('BTC', 'BTC\u{200b}')],
    ['a full-width digit', factsText.replace('10x', '\u{ff11}0x')],
    ['an arrow of its own', factsText.replace('->', '\u{2192}')],
    ['a line more', `${factsText}\nand more`],
    ['a line less', factsText.split('\n').slice(0, 5).join('\n')],
    ['two lines exchanged', factsText.replace(/(for .*)\n(until .*)/, '$2\n$1')],
    ['lines joined by spaces', factsText.replaceAll('\n', ' ')],
    ['a leverage with a needless zero', factsText.replace('10x', '010x')],
    ['a leverage that ends in a zero', factsText.replace('10x', '10.50x')],
    ['a leverage without its x', factsText.replace('10x', '10')],
    ['no leverage before', factsText.replace('5x -> ', '')],
    ['a mode that is none', factsText.replace('cross', 'portfolio')],
    ['a network that is none', factsText.replace('mainnet', 'devnet')],
    ['a day that does not exist', factsText.replace('2026-11-20', '2026-02-30')],
    ['an hour that does not exist', factsText.replace('10:00', '24:00')],
    ['needless seconds', factsText.replace('10:00', '10:00:00')],
    ['another time zone', factsText.replace('UTC', 'CET')],
    ['a request that is no ULID', factsText.replace('01JD', '01JI')],
    ['a digest in upper case', factsText.replace(/c0ffee/g, 'C0FFEE')],
    ['a digest with 0x', factsText.replace('digest ', 'digest 0x')],
    ['a digest that is too short', factsText.slice(0, -2)],
    ['a second date in the subject', factsText.replace('for ', 'for until 2099-01-01 ')],
  ]
  it.each(altered)('is refused: %s', (_, text) => {
    expect(text).not.toBe(factsText)
    expect(readApprovalText(text)).toMatchObject({ ok: false, error: { code: 'approval.malformed' } })
  })

  it('is refused with the line that is wrong', () => {
    expect(readApprovalText(factsText.replace('for', 'to'))).toMatchObject({ error: { field: 'line 3' } })
    expect(readApprovalText(factsText.replace('11-20', '02-30'))).toMatchObject({ error: { field: 'until' } })
    expect(readApprovalText(`${factsText}\n`)).toMatchObject({ error: { field: 'message' } })
  })

  it('is never asked for: facts that cannot be read back are refused before', () => {
    const bad = [
      { market: 'BTC PERP' },
      { market: 'BTC\nleverage' },
      { market: '' },
      { change: '5x -> 10X' },
      { mode: 'Cross' },
      { venue: 'hyperliquid' },
      { subject: 'somebody until 2099' },
      { subject: 'until' },
      { subject: 'a  b' },
      { subject: 'a b c d e f g h i' },
      { subject: 'J\u{f6}rg' },
      { until: untilText(Number.POSITIVE_INFINITY) },
      { until: untilText(8.64e15) },
      { request: '01jd0000000000000000000000' },
      { digest: `0x${'c0ffee00'.repeat(8)}` },
    ]
    for (const change of bad) {
      const [field] = Object.keys(change)
      expect(exactText({ ...facts, ...change })).toMatchObject({
        ok: false,
        error: { code: 'approval.malformed', field },
      })
      expect(checkFacts({ ...facts, ...change }).ok).toBe(false)
    }
  })
})

describe('the time of an approval', () => {
  it('is cut to the second and reads back to it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
        expect(untilMs(untilText(ms))).toBe(ms - (ms % 1000))
      }),
    )
    expect(untilText(1_795_168_800_000)).toBe('2026-11-20 10:00 UTC')
    expect(untilText(1_795_168_805_999)).toBe('2026-11-20 10:00:05 UTC')
  })
})
