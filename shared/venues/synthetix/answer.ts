/**
 * Reading what Synthetix answers to `updateLeverage`. Only its own code decides: the codes of its documentation that
 * stand for "not done" are refusals, everything else that is not a matching ok is unknown.
 */
import * as v from 'valibot'
import { failure } from '../../errors.ts'
import { lower } from '../../hex.ts'
import { parseAnswerJson } from '../../strict-json.ts'
import { outcomeWithoutAnswer, type HttpAnswer, type SubmissionOutcome } from '../outcome.ts'
import { errorText, isDenied, readEnvelope, type SynthetixError } from './envelope.ts'
import type { SynthetixWire } from './wire.ts'

/**
 * Every code of the venue and what it says about a change that was sent (Fenway-snx/synthetix-mcp,
 * `internal/lib/core/status_codes`; Synthetix docs). A code that is not here is unknown too.
 */
export const errorCodes: Readonly<Record<string, 'refused' | 'unknown'>> = {
  VALIDATION_ERROR: 'refused',
  MISSING_REQUIRED_FIELD: 'refused',
  INVALID_FORMAT: 'refused',
  INVALID_VALUE: 'refused',
  UNAUTHORIZED: 'refused',
  FORBIDDEN: 'refused',
  MARKET_NOT_FOUND: 'refused',
  MARKET_CLOSED: 'refused',
  INSUFFICIENT_MARGIN: 'refused',
  ORDER_REJECTED_BY_ENGINE: 'refused',
  IDEMPOTENCY_CONFLICT: 'refused',
  RATE_LIMIT_EXCEEDED: 'refused',
  OPERATION_TIMEOUT: 'unknown',
  INTERNAL_ERROR: 'unknown',
  DATABASE_ERROR: 'unknown',
  CACHE_ERROR: 'unknown',
  REQUEST_TIMEOUT: 'unknown',
  SERVICE_UNAVAILABLE: 'unknown',
  NOT_FOUND: 'unknown',
  METHOD_NOT_ALLOWED: 'unknown',
  UNKNOWN_ERROR: 'unknown',
}

/** Refusals that mean the same in plainer words; matched by code and substring, for the wording is no contract. */
const plainer: readonly (readonly [RegExp, string])[] = [
  [/Leverage exceeds maximum/i, 'the market, or the position in it, does not allow this much leverage.'],
  [/Nonce already used/i, 'a request of this signer with the same or a higher nonce came before it.'],
  [/Request expired/i, "it came after its expiry; check this machine's clock and expiresAfterUnit."],
  [
    /Not enough margin|^INSUFFICIENT_MARGIN/i,
    'there is not enough margin for the open position at this leverage; deposit or reduce it first.',
  ],
  [/^MARKET_CLOSED/, 'the market is closed.'],
  [/^RATE_LIMIT_EXCEEDED/, 'too many requests; it was not looked at. Wait ten seconds.'],
  [/subaccountId is required/i, 'it finds no subaccount in the body; another bodyShape may be needed.'],
  [/^(UNAUTHORIZED|FORBIDDEN)/, 'the signer is neither the owner of the subaccount nor its delegate.'],
]

const decimalText = v.pipe(v.union([v.string(), v.number()]), v.transform(String))
const acceptedSchema = v.object({
  symbol: v.string(),
  previousLeverage: v.optional(decimalText),
  newLeverage: decimalText,
})

const anyAddress = /0x[0-9a-fA-F]{40}(?![0-9a-fA-F])/

function refusal(error: SynthetixError, { walletAddress }: SynthetixWire): SubmissionOutcome {
  const said = errorText(error)
  const named = isDenied(error) ? anyAddress.exec(error.message)?.[0]?.toLowerCase() : undefined
  if (named === lower(walletAddress))
    return { kind: 'refused', failure: failure('answer.signerUnknown', { detail: named }) }
  const words =
    named === undefined
      ? plainer.find(([pattern]) => pattern.test(`${error.code}: ${error.message}`))?.[1]
      : `it took the signature for one by ${named}: it reads other fields than were signed.`
  const detail = words === undefined ? said : `${words} It says: ${said}`
  return { kind: 'refused', failure: failure('answer.refused', { detail }) }
}

const unknown = (reason: string): SubmissionOutcome => ({ kind: 'unknown', reason })

function readAccepted(status: number, response: unknown, wire: SynthetixWire): SubmissionOutcome {
  if (status !== 200) return unknown(`the venue said ok with HTTP ${status}.`)
  if (!v.is(acceptedSchema, response))
    return unknown('the venue answered something that does not fit its protocol.')
  const { symbol, previousLeverage, newLeverage } = v.parse(acceptedSchema, response)
  if (symbol !== wire.symbol || newLeverage !== wire.leverage)
    return unknown(`the venue said that it set ${symbol} to ${newLeverage}x.`)
  return previousLeverage === undefined
    ? { kind: 'accepted' }
    : { kind: 'accepted', previous: previousLeverage }
}

/** Reads the answer to a submission. */
export function readTradeAnswer(answer: HttpAnswer, wire: SynthetixWire): SubmissionOutcome {
  const { status, body } = answer
  if (status === null) return outcomeWithoutAnswer(answer)
  const parsed = parseAnswerJson(body)
  if (!parsed.ok) return unknown(`the venue answered HTTP ${status} with something that is not JSON.`)
  const envelope = readEnvelope(parsed.value)
  if (!envelope.ok)
    return unknown(`the venue answered HTTP ${status} with something that does not fit its protocol.`)
  if (envelope.value.kind === 'ok') return readAccepted(status, envelope.value.response, wire)
  const { error } = envelope.value
  return errorCodes[error.code] === 'refused'
    ? refusal(error, wire)
    : unknown(`the venue answered ${errorText(error)}.`)
}
