/** Facts of approvals: one by hand, and all that can be. */
import fc from 'fast-check'
import { untilText, type ApprovalFacts } from '../../shared/approvals/facts.ts'
import {
  recomputeDigests,
  type PreparedRequest,
  type UndigestedRequest,
} from '../../shared/prepared-request.ts'

/** Facts as a person meets them. */
export const facts: ApprovalFacts = {
  market: 'BTC',
  change: '5x -> 10x',
  mode: 'cross',
  venue: 'hyperliquid mainnet',
  subject: '0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d',
  until: '2026-11-20 10:00 UTC',
  request: '01JD0000000000000000000000',
  digest: 'c0ffee00'.repeat(8),
}

/** Their text. */
export const factsText = [
  'BTC leverage 5x -> 10x',
  'cross, hyperliquid mainnet',
  'for 0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d',
  'until 2026-11-20 10:00 UTC',
  'request 01JD0000000000000000000000',
  `digest ${'c0ffee00'.repeat(8)}`,
].join('\n')

const of = (pattern: RegExp) => fc.stringMatching(pattern)
const side = of(/^([1-9]\d{0,2}|0\.[1-9]|[1-9]\.\d?[1-9])x$/)
const sides = fc.oneof(
  side,
  fc.tuple(side, side).map(([buy, sell]) => `${buy}/${sell}`),
)
const nastyWords = fc.constantFrom(
  'leverage',
  'for',
  'until2',
  'request',
  'digest',
  'cross',
  'UTC',
  'untilx',
  '0x',
)
const subjectWord = fc
  .oneof(of(/^[A-Za-z0-9._-]{1,20}$/), nastyWords)
  .filter((word) => !/^until\b/.test(word))

/** Every kind of facts that an approval can hold, words of its own lines in names among them. */
export const anyFacts: fc.Arbitrary<ApprovalFacts> = fc.record({
  market: fc.oneof(
    of(/^[A-Za-z0-9][A-Za-z0-9:._/@-]{0,11}$/),
    fc.constantFrom('leverage', 'for', 'until', 'cross'),
  ),
  change: fc.tuple(sides, sides).map(([from, to]) => `${from} -> ${to}`),
  mode: fc.constantFrom('cross', 'isolated', 'cross (was isolated)', 'isolated (was cross)'),
  venue: fc.tuple(of(/^[a-z]{1,12}$/), fc.constantFrom('mainnet', 'testnet')).map((parts) => parts.join(' ')),
  subject: fc.array(subjectWord, { minLength: 1, maxLength: 8 }).map((words) => words.join(' ')),
  until: fc.integer({ min: 0, max: 253_402_300_799_000 }).map(untilText),
  request: of(/^[0-9A-HJKMNP-TV-Z]{26}$/),
  digest: of(/^[0-9a-f]{64}$/),
})

/** A request on Hyperliquid that is approved as `approval` says. */
export function sampleRequest(approval: 'none' | 'text' | 'typedData'): PreparedRequest {
  const address = '0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d'
  const request = {
    format: 1,
    venue: 'hyperliquid',
    network: 'mainnet',
    origin: 'https://api.hyperliquid.xyz',
    account: { name: 'treasury', address },
    signer: { address, path: "44'/60'/0'/0/0" },
    market: { symbol: 'BTC', id: 0, maxLeverage: 40 },
    from: { leverage: '5', isCross: true, readAtMs: 1_795_000_000_000 },
    to: { leverage: '10', isCross: true },
    stake: { markPrice: '94000.0', position: null },
    approval,
    wire: {
      action: { type: 'updateLeverage', asset: 0, isCross: true, leverage: 10 },
      nonce: 1_795_000_000_000,
      vaultAddress: null,
      expiresAfter: 1_795_000_900_000,
    },
  } as const satisfies UndigestedRequest
  return { ...request, digests: recomputeDigests(request) }
}
