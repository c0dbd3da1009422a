import { describe, expect, it } from 'vitest'
import { checkLimits } from '../../shared/market.ts'
import { readExchangeBody } from '../../shared/venues/hyperliquid/request.ts'
import { parseStrictJson } from '../../shared/strict-json.ts'

const market = {
  symbol: 'BTC',
  id: 0,
  minLeverage: 1,
  maxLeverage: 40,
  leverageStep: 1,
  crossAllowed: true,
  isolatedAllowed: true,
  delisted: false,
}

/** Numbers at the edges, as a person or a file may write them. */
const edges = [
  '0',
  '-1',
  '-0',
  '9007199254740992',
  '18446744073709551616',
  '1e3',
  '5.0',
  'NaN',
  'Infinity',
  '٥',
  '５',
  '0x5',
  '+5',
  ' 5',
  '5 ',
  '05',
  '',
  '4,0',
  '41',
]

describe('a leverage at the edge', () => {
  it.each(edges)('"%s" asked for is refused with the leverage named', (leverage) => {
    const checked = checkLimits(market, { leverage, isCross: true })
    expect(checked.ok).toBe(false)
    if (!checked.ok) expect(checked.error.message).toMatch(/leverage|takes/i)
  })

  it.each([
    '0',
    '-1',
    '9007199254740992',
    '18446744073709551616',
    '1e3',
    '5.0',
    '5.5',
    '"5"',
    'NaN',
    '05',
    '٥',
  ])('%s in a payload is no leverage', (written) => {
    const text = `{"action":{"type":"updateLeverage","asset":0,"isCross":true,"leverage":${written}},"nonce":1}`
    const json = parseStrictJson(text)
    const read = json.ok ? readExchangeBody(json.value) : json
    if (written === '1e3' || written === '5.0') {
      // Other spellings of a whole number: read as that number, or refused; never as another.
      if (read.ok) expect(String(read.value.action.leverage)).toBe(String(Number(written)))
    } else expect(read.ok).toBe(false)
    if (!read.ok) expect(read.error.message.length).toBeGreaterThan(20)
  })
})
