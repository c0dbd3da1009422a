/** A request as the rows of a history tell it, for what is exported from that history. */
import { timeText } from '../../shared/deadline.ts'
import { ok, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { Trace } from '../../shared/history/trace.ts'
import { readPreparedRequest, type PreparedRequest } from '../../shared/prepared-request.ts'
import type { UsableSignature } from '../../shared/usable.ts'
import type { Json } from '../../shared/strict-json.ts'
import type { StoredHead } from '../store/port.ts'

/** The signed head of the rows that an export is taken from. */
export type ExportHead = Pick<StoredHead, 'size' | 'root'>

/** A request with all that is known about it; a name that the history does not tell is null. */
export interface ToldRequest {
  readonly id: string
  readonly prepared: PreparedRequest
  readonly state: string
  readonly detail: JsonObject | null
  readonly signature: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly approval: { readonly form: string; readonly signature: string } | null
  readonly sentAt: string | null
  readonly answeredAt: string | null
  readonly httpStatus: number | null
  readonly outcome: string | null
}

const textOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

const objectOf = (value: Json | undefined): JsonObject | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null

/** Reads what a replay says of a request. Fails with `request.altered` where its digests are not those of its fields. */
export function toldRequest(id: string, { fields }: Trace): Result<ToldRequest> {
  const prepared = readPreparedRequest(fields.get('prepared'), id)
  if (!prepared.ok) return prepared
  const form = textOf(fields.get('approval.form'))
  const status = fields.get('submission.httpStatus')
  return ok({
    id,
    prepared: prepared.value,
    state: textOf(fields.get('state')) ?? '',
    detail: objectOf(fields.get('detail')),
    signature: textOf(fields.get('signature')),
    createdAt: textOf(fields.get('createdAt')) ?? '',
    updatedAt: textOf(fields.get('updatedAt')) ?? '',
    approval: form === null ? null : { form, signature: textOf(fields.get('approval.signature')) ?? '' },
    sentAt: textOf(fields.get('submission.startedAt')),
    answeredAt: textOf(fields.get('submission.answeredAt')),
    httpStatus: typeof status === 'number' ? status : null,
    outcome: textOf(fields.get('submission.outcome')),
  })
}

/** A request without its signature, which could be used by whoever holds the export. */
export const withheld = (
  request: ToldRequest,
  { untilMs }: Pick<UsableSignature, 'untilMs'>,
): ToldRequest => ({
  ...request,
  signature: `left out: it could be used until ${timeText(untilMs)}`,
})
