/**
 * What an Arcus `setLeverage` body does, and whether the signature in its headers is one of the key over exactly the text
 * that the venue makes of it.
 */
import { failure, ok, type Failure, type Result } from '../errors.ts'
import { readAddress } from '../venues/arcus/address.ts'
import {
  readSetLeverageBody,
  readSignedHeaders,
  type SetLeverageBody,
  type SignedHeaders,
} from '../venues/arcus/body.ts'
import { canonicalBody, isSignedBy, signingText } from '../venues/arcus/signing.ts'
import { difference } from './compare.ts'
import { concluded, type Finding, type Look, type VenueIntent } from './finding.ts'
import type { AskedFor, InspectInput } from './input.ts'

const noHeaders: SignedHeaders = { keyId: null, timestamp: null, signature: null }

const intentOf = ({
  address,
  accountIndex = 0,
  marketId,
  leverage,
  isolated,
}: SetLeverageBody): VenueIntent => {
  const account = readAddress(address)
  return {
    action: 'setLeverage',
    asset: String(marketId),
    isCross: isolated === undefined ? null : !isolated,
    leverage: String(leverage),
    nonce: null,
    ...(account === null ? {} : { account }),
    accountIndex,
  }
}

/** Every field that was asked for, held against the body. */
function compare(intent: VenueIntent, keyId: string | null, asked: AskedFor): readonly Failure[] {
  const { asset } = asked
  const number = asked.assetId ?? (typeof asset === 'number' || /^\d+$/.test(asset ?? '') ? asset : undefined)
  return [
    ...difference('marketId', intent.asset, number),
    ...difference('leverage', intent.leverage, asked.leverage),
    ...difference('leverage', intent.leverage, asked.sellLeverage),
    ...(keyId === null ? [] : difference('headers.X-API-Key', keyId, asked.apiKey?.toLowerCase())),
    ...(intent.isCross === null
      ? []
      : difference('isolated', !intent.isCross, asked.isCross === undefined ? undefined : !asked.isCross)),
    ...difference('address', intent.account, asked.account),
    ...difference('address', intent.account, asked.owner),
  ]
}

/** What was asked for that such a body cannot show. */
function silences(body: SetLeverageBody, keyId: string | null, asked: AskedFor): readonly string[] {
  const bySymbol =
    typeof asked.asset === 'string' && !/^\d+$/.test(asked.asset) && asked.assetId === undefined
  return [
    ...(bySymbol
      ? [
          `The payload names its market by number (${body.marketId}); whether that is ${asked.asset} cannot be told offline. Give assetId to compare it.`,
        ]
      : []),
    ...(asked.isCross !== undefined && body.isolated === undefined
      ? ['The payload leaves the margin mode as it is, so the mode that was asked for is not compared.']
      : []),
    ...(asked.signer === undefined
      ? []
      : ['An API key signs here, so the signer that was asked for is not compared.']),
    ...(asked.apiKey !== undefined && keyId === null
      ? ['There is no X-API-Key, so the key that was asked for is not compared.']
      : []),
  ]
}

const aboutBody = (body: SetLeverageBody): readonly string[] => [
  ...(body.accountIndex === undefined ? ['It names no accountIndex: Arcus takes account 0.'] : []),
  'The signature names neither network nor host: it is as good on testnet as on mainnet.',
]

function aboutTime({ timestamp, signature }: SignedHeaders): readonly string[] {
  if (timestamp === null) return ['The text that is signed begins with X-Timestamp, which is not here.']
  if (timestamp.length !== 19) return ['X-Timestamp is not in nanoseconds: Arcus refuses it.']
  return signature === null ? ['There is no signature, so nothing proves who made it.'] : []
}

/** Reads the two parts: the body, and the headers where there are any. */
function readBoth(
  payload: unknown,
  headers: unknown,
): Result<{ readonly body: SetLeverageBody; readonly headers: SignedHeaders; readonly canonical: string }> {
  const body = readSetLeverageBody(payload)
  if (!body.ok) return body
  const read = headers === null ? ok(noHeaders) : readSignedHeaders(headers)
  if (!read.ok) return read
  return ok({ body: body.value, headers: read.value, canonical: canonicalBody(body.value) })
}

/** Looks at a body with its headers. Fails with `input.*`. */
function lookAtBody({ payload, headers, asked }: InspectInput): Result<Finding> {
  const read = readBoth(payload, headers)
  if (!read.ok) return read
  const { body, canonical } = read.value
  const { keyId, timestamp, signature } = read.value.headers
  const text = timestamp === null ? null : signingText(timestamp, canonical)
  const signatureValid =
    keyId !== null && signature !== null && text !== null ? isSignedBy(keyId, signature, text) : null
  const intent = intentOf(body)
  const wrong =
    signatureValid === false
      ? [failure('payload.signatureWrong', { field: 'headers.X-Signature', key: keyId ?? '' })]
      : []
  return ok({
    intent,
    signingText: text,
    signatureValid,
    problems: [...compare(intent, keyId, asked), ...wrong],
    notes: [...silences(body, keyId, asked), ...aboutBody(body), ...aboutTime(read.value.headers)],
    compared: signatureValid === true,
  })
}

/** Inspects a body for `/v1/setLeverage`. */
export const inspectArcus: Look = (input, options) =>
  concluded(
    { venue: 'arcus', network: options.network ?? input.network, kind: 'arcusBody' },
    lookAtBody(input),
  )
