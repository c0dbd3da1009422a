/** Histories for the benchmark, made row by row while they are read, so that no row but the newest is in memory. */
import { nativeSha256 } from '../../electron/store/hashing.ts'
import { canonicalJson, type JsonObject } from '../../shared/history/canonical-json.ts'
import { nextRow, openedKind, type HistoryContent, type HistoryRow } from '../../shared/history/chain.ts'
import { recomputeDigests } from '../../shared/prepared-request.ts'
import { columnsOf } from '../../shared/request-columns.ts'

const at = '2026-11-20T10:00:00.000Z'

const contentOf = (kind: string, requestId: string | null, body: JsonObject): HistoryContent => {
  const text = canonicalJson(body)
  if (!text.ok) throw new Error(text.error.message)
  return { at, kind, requestId, body: text.value }
}

function* chained(contents: Iterable<HistoryContent>): Generator<HistoryRow, void> {
  const opening = { chainId: `0x${'ab'.repeat(32)}`, format: 'countersign-history-1', mode: 'practice' }
  let row = nextRow(null, contentOf(openedKind, null, opening), nativeSha256)
  yield row
  for (const content of contents) {
    row = nextRow(row, content, nativeSha256)
    yield row
  }
}

function* notes(count: number): Generator<HistoryContent, void> {
  const note = contentOf('test.noted', null, { filler: 'x'.repeat(300), n: 1 })
  for (let n = 0; n < count; n++) yield note
}

const address = `0x${'a1'.repeat(20)}` as const

function* life(n: number): Generator<HistoryContent, void> {
  const fields = {
    format: 1 as const,
    network: 'testnet' as const,
    origin: 'https://api.hyperliquid-testnet.xyz',
    account: { name: 'Main', address },
    signer: { address, path: "44'/60'/0'/0/0" },
    market: { symbol: 'BTC', id: 0, maxLeverage: 40 },
    from: { leverage: '3', isCross: true, readAtMs: n },
    to: { leverage: '5', isCross: true },
    stake: { markPrice: null, position: null },
    approval: 'none' as const,
    venue: 'hyperliquid' as const,
    wire: {
      action: { type: 'updateLeverage' as const, asset: 0, isCross: true, leverage: 5 },
      nonce: 1_795_000_000_000 + n,
      vaultAddress: null,
      expiresAfter: null,
    },
  }
  const prepared = { ...fields, digests: recomputeDigests(fields) }
  const id = `01M7WC0H1YX2AJGSP${String(n).padStart(9, '0')}`
  const { digest } = prepared.digests
  yield contentOf('request.prepared', id, {
    request: { id, accountId: '01M7WC0H1YX2AJGSPS5ASKAS7V', prepared, ...columnsOf(prepared) },
  })
  yield contentOf('request.approved', id, { from: 'prepared', digest })
  yield contentOf('request.withdrawn', id, { from: 'approved', digest })
}

/** Rows of one life. */
export const rowsOfLife = 3

function* lives(count: number): Generator<HistoryContent, void> {
  for (let n = 0; n < count; n++) yield* life(n)
}

/** A history of `count` rows, none about a request. */
export const history = (count: number): Generator<HistoryRow, void> => chained(notes(count - 1))

/** A history of `count` requests, each prepared, approved and withdrawn. */
export const historyOfRequests = (count: number): Generator<HistoryRow, void> => chained(lives(count))
