/**
 * What a change of leverage in the V5 dialect really does: CoinSwitch and Bybit share its body, and differ in what is
 * signed. Nothing here needs a secret, so a CoinSwitch signature is verified and a Bybit one is not.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { isObject } from '../check.ts'
import { sameDecimal } from '../decimal.ts'
import { fail, failure, ok, type Failure, type Result } from '../errors.ts'
import { bybitText } from '../venues/bybit/signing.ts'
import { coinSwitchText } from '../venues/coinswitch/signing.ts'
import {
  exactLeverages,
  readSetLeverageBody,
  setLeveragePath,
  type SetLeverageBody,
} from '../venues/v5/request.ts'
import { difference } from './compare.ts'
import { concluded, type Finding, type Look, type VenueIntent } from './finding.ts'
import type { AskedFor, InspectInput } from './input.ts'
import { noV5Headers, readV5Headers, type V5Headers } from './v5-headers.ts'

type V5Venue = 'coinswitch' | 'bybit'

/** Leverage of the two sides, exact decimals. */
interface Sides {
  readonly buy: string
  readonly sell: string
}

const venueNames = { coinswitch: 'CoinSwitch', bybit: 'Bybit' } as const

function isValid(text: string, keyId: string, signature: string): boolean {
  try {
    const [made, key] = [hexToBytes(signature), hexToBytes(keyId)]
    return ed25519.verify(made, utf8ToBytes(text), key, { zip215: false })
  } catch {
    return false
  }
}

interface Signed {
  readonly signingText: string | null
  readonly signatureValid: boolean | null
  readonly problems: readonly Failure[]
  readonly notes: readonly string[]
}

const uncovered =
  'CoinSwitch does not bind the body: the signature is over method, path and time only, and would do for any other market and leverage.'

function signedForCoinSwitch({ keyId, time, signature }: V5Headers): Signed {
  const notes = [uncovered]
  const text = time === null ? null : coinSwitchText({ method: 'POST', path: setLeveragePath, epoch: time })
  if (text === null || !text.ok) {
    const missing = 'Without X-AUTH-EPOCH the text that is signed is not whole.'
    return { signingText: null, signatureValid: null, problems: [], notes: [...notes, missing] }
  }
  const signingText = text.value
  if (signature === null || keyId === null) return { signingText, signatureValid: null, problems: [], notes }
  const signatureValid = isValid(signingText, keyId, signature)
  const field = 'headers.X-AUTH-SIGNATURE'
  const problems = signatureValid ? [] : [failure('payload.signatureWrong', { field, key: keyId })]
  return { signingText, signatureValid, problems, notes }
}

/** The body's bytes are lost once it is read as JSON; every client writes it without spaces. */
function signedForBybit({ keyId, time, recvWindow, signature }: V5Headers, body: object): Signed {
  const nothing = { signatureValid: null, problems: [] } as const
  if (keyId === null || time === null) {
    const missing = 'Without X-BAPI-API-KEY and X-BAPI-TIMESTAMP the text that is signed is not whole.'
    return { ...nothing, signingText: null, notes: [missing] }
  }
  const payload = JSON.stringify(body)
  const signingText = bybitText({ timestamp: time, keyId, recvWindow: recvWindow ?? '', payload })
  const notes = [
    'The text that is signed holds the body without spaces; sent with other spacing it has another signature.',
    ...(signature === null
      ? []
      : [
          'Bybit signs with a shared secret (HMAC): nobody can verify the signature without it, so it was not.',
        ]),
  ]
  return { ...nothing, signingText, notes }
}

const leverageDifference = (
  field: string,
  actual: string,
  expected: string | undefined,
): readonly Failure[] =>
  expected !== undefined && sameDecimal(actual, expected) ? [] : difference(field, actual, expected)

function compared(
  { symbol }: SetLeverageBody,
  { buy, sell }: Sides,
  { keyId }: V5Headers,
  asked: AskedFor,
): Pick<Signed, 'problems' | 'notes'> {
  const { signer, account, owner, isCross, assetId, asset, apiKey } = asked
  const uncomparable = [
    ...Object.entries({ signer, account, owner, isCross, assetId }).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    ),
    ...(typeof asset === 'number' ? ['asset'] : []),
    ...(apiKey !== undefined && keyId === null ? ['apiKey'] : []),
  ]
  return {
    problems: [
      ...(typeof asset === 'string' ? difference('symbol', symbol, asset) : []),
      ...leverageDifference('buyLeverage', buy, asked.leverage),
      ...leverageDifference('sellLeverage', sell, asked.sellLeverage ?? asked.leverage),
      ...(keyId === null ? [] : difference('headers key', keyId, apiKey)),
    ],
    notes:
      uncomparable.length === 0
        ? []
        : [`The payload says nothing of ${uncomparable.join(', ')}, so that is not compared.`],
  }
}

/** Takes the headers out of the body, or beside it. */
function partsOf({ payload, headers }: InspectInput): Result<{ headers: V5Headers; body: object }> {
  const { headers: inside, ...body } = payload
  if (inside !== undefined && headers !== null)
    return fail('input.badField', { field: 'headers', detail: 'they stand in the payload and beside it.' })
  const given = inside ?? headers
  if (given === null) return ok({ headers: noV5Headers, body })
  if (!isObject(given)) return fail('input.badField', { field: 'headers', detail: 'they must be an object.' })
  const read = readV5Headers(given)
  return read.ok ? ok({ headers: read.value, body }) : read
}

function venueOf(wrapped: InspectInput['venue'], { venue }: V5Headers): Result<V5Venue | null> {
  if (wrapped === null || wrapped === venue) return ok(venue)
  if (wrapped !== 'coinswitch' && wrapped !== 'bybit') {
    const detail = `the payload is one of CoinSwitch or Bybit, not of ${wrapped}.`
    return fail('input.badField', { field: 'venue', detail })
  }
  if (venue === null) return ok(wrapped)
  const detail = `the headers are ${venueNames[venue]}'s, not ${venueNames[wrapped]}'s.`
  return fail('input.badField', { field: 'venue', detail })
}

const ambiguous: Signed = {
  signingText: null,
  signatureValid: null,
  problems: [],
  notes: [
    'CoinSwitch and Bybit take the same body, so it cannot be told which is meant. Wrap it with "venue", or give its headers.',
  ],
}

const intentOf = ({ symbol }: SetLeverageBody, { buy, sell }: Sides): VenueIntent => ({
  action: 'setLeverage',
  asset: symbol,
  isCross: null,
  leverage: buy,
  ...(sameDecimal(buy, sell) ? {} : { sellLeverage: sell }),
  nonce: null,
})

function signedFor(venue: V5Venue | null, headers: V5Headers, body: object): Signed {
  if (venue === null) return ambiguous
  return venue === 'coinswitch' ? signedForCoinSwitch(headers) : signedForBybit(headers, body)
}

/** Looks at a body with its headers. Fails with `payload.notLeverageChange` or `input.*`. */
function lookAtBody(input: InspectInput): Result<Finding> {
  const parts = partsOf(input)
  if (!parts.ok) return parts
  const { headers } = parts.value
  const venue = venueOf(input.venue, headers)
  if (!venue.ok) return venue
  const body = readSetLeverageBody(parts.value.body)
  if (!body.ok) return body
  if (venue.value === 'coinswitch' && body.value.category !== 'linear')
    return fail('input.badField', { field: 'category', detail: 'CoinSwitch knows "linear" only.' })
  const leverages = exactLeverages(body.value)
  if (!leverages.ok) return leverages
  const signed = signedFor(venue.value, headers, parts.value.body)
  const comparison = compared(body.value, leverages.value, headers, input.asked)
  return ok({
    ...signed,
    venue: venue.value,
    problems: [...signed.problems, ...comparison.problems],
    notes: [...signed.notes, ...comparison.notes],
    compared: signed.signatureValid === true,
    intent: intentOf(body.value, leverages.value),
  })
}

/** Inspects a body of `POST /v5/position/set-leverage`. */
export const inspectV5: Look = (input, options) =>
  concluded(
    { venue: input.venue, network: options.network ?? input.network, kind: 'setLeverageBody' },
    lookAtBody(input),
  )
