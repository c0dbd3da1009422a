/**
 * What CoinSwitch and Bybit have in common over HTTP: the V5 paths, bodies and answers. How a request is signed is the
 * venue's own; a signature is made in the moment of sending and is kept nowhere.
 */
import { fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { joined, type LeftOut, type Listed } from '../../shared/listed.ts'
import { distinctMarkets } from '../../shared/market-list.ts'
import type { Market } from '../../shared/market.ts'
import type { Network } from '../../shared/venues/module.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import { openEnvelope } from '../../shared/venues/v5/envelope.ts'
import { readMarketPage } from '../../shared/venues/v5/markets.ts'
import { markPriceOf, positionOf, readRows, settingOf } from '../../shared/venues/v5/positions.ts'
import { setLeveragePath, type Category } from '../../shared/venues/v5/request.ts'
import { readServerTime } from '../../shared/venues/v5/time.ts'
import { asAnswer } from './bad-answer.ts'
import { jsonOf, type HttpClient, type HttpRequest } from './http-client.ts'
import { createMarketCache } from './market-cache.ts'
import type { KeyedSending, KeySigner, MarketList, Venue } from './port.ts'

/** What a signature is made over: a GET with its query in the path, or the POST of a body. */
export type Unsigned =
  | { readonly method: 'GET'; readonly path: string }
  | { readonly method: 'POST'; readonly path: string; readonly body: string }

/** Signs a request with the venue's headers. Fails with `secret.*` or `input.badField`; nothing was sent. */
export type RequestSigner = (request: Unsigned, sending: KeyedSending) => Promise<Result<HttpRequest>>

/** What the venue of either name is made of. */
export interface V5Parts {
  readonly id: 'coinswitch' | 'bybit'
  readonly network: Network
  readonly name: string
  readonly client: HttpClient
  readonly category: Category
  /** Opens the account's key for reading; it signs GET requests only. Fails with `secret.*`. */
  readonly readSigner: () => Promise<Result<KeySigner>>
  readonly signRequest: RequestSigner
  /** Whether a market is margined from the whole account; `tradeMode` is what its row says. */
  readonly isCross: (tradeMode: unknown, read: SignedRead) => Promise<Result<boolean>>
  /** Unix ms. */
  readonly now: () => number
}

/** An answer to a signed question, with when and by which clock it came. */
export interface SignedReading {
  readonly result: unknown
  readonly keyId: string
  readonly readAtMs: number
  readonly skewMs: number | null
}

/** Asks a signed question, with the account's key unless told. Fails with `venue.*` or `secret.*`. */
export type SignedRead = (path: string, signer?: KeySigner) => Promise<Result<SignedReading>>

const readingLifeMs = 60_000
const mostPages = 20

const circle: LeftOut = {
  name: 'further pages',
  reason: 'the page that should come next was read before, so markets may be missing.',
}

/** Asks for `path` at a client with the account's key; the answer as it came. Fails with `venue.*` or `secret.*`. */
export async function askSigned(
  { name, readSigner, signRequest }: Pick<V5Parts, 'name' | 'readSigner' | 'signRequest'>,
  client: HttpClient,
  path: string,
  stampMs: number,
) {
  const signer = await readSigner()
  if (!signer.ok) return signer
  const request = await signRequest({ method: 'GET', path }, { signer: signer.value, stampMs })
  if (!request.ok) return request
  const reading = await client.ask(request.value)
  if (!reading.ok) return reading
  const { status } = reading.value
  if (status === 401) return fail('venue.keyRefused', { venue: name, detail: `HTTP ${status}.` })
  const json = jsonOf(reading.value, name)
  return json.ok ? ok({ ...json.value, keyId: signer.value.keyId }) : json
}

/** Reads the venue's clock, and remembers for a minute how far it is from ours. */
function createClock({ name, client, now }: V5Parts) {
  let kept: { readonly skewMs: number; readonly atMs: number } | null = null
  async function skew(): Promise<Result<number>> {
    const askedAtMs = now()
    const reading = await client.read({ method: 'GET', path: '/v5/market/time' })
    if (!reading.ok) return reading
    const opened = asAnswer(name, openEnvelope(reading.value.value, name))
    if (!opened.ok) return opened
    const time = asAnswer(name, readServerTime(reading.value.value))
    if (!time.ok) return time
    const { readAtMs } = reading.value
    const skewMs = Math.round(time.value - (askedAtMs + readAtMs) / 2)
    kept = { skewMs, atMs: readAtMs }
    return ok(skewMs)
  }
  return {
    skew,
    /** The venue's time, for questions. Fails with `venue.*`. */
    async time(): Promise<Result<number>> {
      const age = kept === null ? Infinity : now() - kept.atMs
      const found = kept !== null && age >= 0 && age < readingLifeMs ? ok(kept.skewMs) : await skew()
      return found.ok ? ok(now() + found.value) : found
    },
  }
}

/** Reads all pages of markets. A page that leads back to one that was read ends the list, and is told. */
async function readAllMarkets({ name, client, category }: V5Parts): Promise<Result<MarketList>> {
  const pages: Listed<Market>[] = []
  const asked = new Set<string>()
  for (let cursor = ''; asked.size < mostPages;) {
    asked.add(cursor)
    const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const path = `/v5/market/instruments-info?category=${category}&limit=1000${more}`
    const reading = await client.read({ method: 'GET', path })
    if (!reading.ok) return reading
    const opened = asAnswer(name, openEnvelope(reading.value.value, name))
    if (!opened.ok) return opened
    const read = asAnswer(name, readMarketPage(opened.value))
    if (!read.ok) return read
    pages.push(read.value)
    cursor = read.value.cursor
    if (asked.has(cursor) && cursor !== '') pages.push({ taken: [], leftOut: [circle] })
    if (asked.has(cursor) || cursor === '') {
      const { taken, leftOut } = distinctMarkets(joined(pages))
      return ok({ markets: taken, leftOut, readAtMs: reading.value.readAtMs })
    }
  }
  return fail('venue.badAnswer', { venue: name, detail: 'its list of markets does not end.' })
}

const notSent = ({ message }: Failure): HttpAnswer => ({ status: null, body: '', lost: message, sent: false })

/** A venue but for `checkSigner`, which is the venue's own, and what that needs. */
export interface V5Base extends Omit<Venue, 'checkSigner'> {
  readonly read: SignedRead
  /** The venue's clock, Unix ms, at most a minute after it was read. */
  readonly time: () => Promise<Result<number>>
}

/** Makes the part that both venues share. */
export function createV5(parts: V5Parts): V5Base {
  const { id, network, name, client, category, signRequest } = parts
  const clock = createClock(parts)

  const read: SignedRead = async (path, signer) => {
    const stampMs = await clock.time()
    if (!stampMs.ok) return stampMs
    const readSigner = signer ? () => Promise.resolve(ok(signer)) : parts.readSigner
    const reading = await askSigned({ name, readSigner, signRequest }, client, path, stampMs.value)
    if (!reading.ok) return reading
    const { value, keyId, readAtMs, skewMs } = reading.value
    const opened = asAnswer(name, openEnvelope(value, name))
    return opened.ok ? ok({ result: opened.value, keyId, readAtMs, skewMs }) : opened
  }

  async function rowsOf(symbol: string) {
    const reading = await read(`/v5/position/list?category=${category}&symbol=${encodeURIComponent(symbol)}`)
    if (!reading.ok) return reading
    const rows = asAnswer(name, readRows(reading.value.result, symbol, name))
    if (!rows.ok || rows.value === null) return rows.ok ? ok(null) : rows
    const isCross = asAnswer(name, await parts.isCross(rows.value.first.tradeMode, read))
    if (!isCross.ok) return isCross
    const setting = settingOf(rows.value, isCross.value, name)
    return setting.ok ? ok({ rows: rows.value, setting: setting.value, reading: reading.value }) : setting
  }

  return {
    id,
    network,
    name,
    origin: client.origin,
    read,
    time: clock.time,
    markets: createMarketCache(() => readAllMarkets(parts), parts.now),
    clock: clock.skew,
    async current(_, { symbol }) {
      const found = await rowsOf(symbol)
      if (!found.ok) return found
      if (found.value === null) {
        const detail = 'it lists the market only while there is a position in it.'
        return fail('venue.leverageNotShown', { venue: name, market: symbol, detail })
      }
      const { rows, setting, reading } = found.value
      const { readAtMs, skewMs } = reading
      return ok({ ...setting, markPrice: markPriceOf(rows), readAtMs, skewMs })
    },
    async position(_, { symbol }) {
      const found = await rowsOf(symbol)
      if (!found.ok) return found
      return found.value === null
        ? ok(null)
        : positionOf(found.value.rows, found.value.setting, { category, venue: name })
    },
    async submit(body, keyed) {
      if (!keyed) return notSent(failure('secret.none', { account: name }))
      const request = await signRequest({ method: 'POST', path: setLeveragePath, body }, keyed)
      return request.ok ? client.submit(request.value) : notSent(request.error)
    },
  }
}
