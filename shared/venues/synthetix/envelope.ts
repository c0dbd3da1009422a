/**
 * The envelope of every answer of Synthetix: `{"status":"ok","response":...}` or `{"status":"error","error":...}`. It, and
 * not the HTTP status, says how a request ended (Synthetix docs, general information).
 */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'

/** The venue's own failure. */
export interface SynthetixError {
  /** One of its codes, such as `VALIDATION_ERROR`. */
  readonly code: string
  readonly message: string
}

/** What an answer carries. */
export type Envelope =
  | { readonly kind: 'ok'; readonly response: unknown }
  | { readonly kind: 'error'; readonly error: SynthetixError }

const envelopeSchema = v.variant('status', [
  v.object({ status: v.literal('ok'), response: v.unknown() }),
  v.object({
    status: v.literal('error'),
    error: v.object({ code: v.pipe(v.string(), v.nonEmpty()), message: v.string() }),
  }),
])

/** Reads an envelope. Fails with `input.*`. */
export function readEnvelope(value: unknown): Result<Envelope> {
  const read = check(envelopeSchema, value, 'answer')
  if (!read.ok) return read
  return ok(
    read.value.status === 'ok'
      ? { kind: 'ok', response: read.value.response }
      : { kind: 'error', error: read.value.error },
  )
}

/** A text of the venue, short enough for a sentence. */
const short = (text: string): string => (text.length > 300 ? `${text.slice(0, 297)}...` : text)

/** The venue's failure in its own words. */
export const errorText = ({ code, message }: SynthetixError): string => `"${short(`${code}: ${message}`)}"`

/** Codes with which the venue says that whoever signed may not do this. */
export const isDenied = ({ code }: SynthetixError): boolean => code === 'UNAUTHORIZED' || code === 'FORBIDDEN'

/** What a reading was answered with. Fails with `input.*`, or `venue.readFailed` for a failure of the venue. */
export function readResponse(value: unknown): Result<unknown> {
  const envelope = readEnvelope(value)
  if (!envelope.ok) return envelope
  if (envelope.value.kind === 'ok') return ok(envelope.value.response)
  const { error } = envelope.value
  const code = isDenied(error) ? 'venue.readDenied' : 'venue.readFailed'
  return fail(code, { venue: 'Synthetix', detail: errorText(error) })
}
