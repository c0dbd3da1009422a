/**
 * What is known once a submission has come back. After every answer the venue is read: its word alone neither proves a
 * change nor rules one out. Only where no answer came at all is that left to reconciling.
 */
import { failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { sameSetting, settingText } from '../../shared/market.ts'
import type { SubmissionOutcome } from '../../shared/venues/outcome.ts'
import type { Venue } from '../venues/port.ts'
import type { LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'
import { prove, type Proof } from './venue-reading.ts'
import { otherSetter } from './whose-value.ts'

/** How a request goes on from `sending`, and what to tell the person where it was not simply applied. */
export interface Settlement {
  readonly to: 'applied' | 'refused' | 'unknown'
  readonly detail: JsonObject
  readonly failure: Failure | null
}

const settlement = (to: Settlement['to'], failure: Failure, more: JsonObject = {}): Settlement => ({
  to,
  detail: { code: failure.code, message: failure.message, ...more },
  failure,
})

const shownText = ({ shown }: Proof): string => (shown ? settingText(shown) : 'nothing that can be read')

/** The other request that may have set what was read; null where there is none, or where nothing was read. */
const otherOf = (
  ports: DeskPorts,
  loaded: LoadedRequest,
  { shown }: Proof,
): Promise<Result<string | null>> => (shown ? otherSetter(ports, loaded, shown) : Promise.resolve(ok(null)))

/** After a refusal: refused only where the old value still stands, and this request alone can have left it so. */
async function afterRefusal(
  ports: DeskPorts,
  loaded: LoadedRequest,
  refusal: Failure,
  proof: Proof,
): Promise<Settlement> {
  const { stored, request } = loaded
  const [actual, expected, detail] = [shownText(proof), settingText(request.from), refusal.message]
  const other = await otherOf(ports, loaded, proof)
  if (!other.ok) return settlement('unknown', other.error)
  const isOld = proof.shown !== null && sameSetting(proof.shown, request.from)
  if (other.value !== null && (proof.applied || isOld))
    return settlement(
      'unknown',
      failure('answer.otherRequest', { actual, other: other.value, request: stored.id }),
    )
  if (proof.applied) {
    const shown = { shown: request.to, provenAtMs: ports.now() }
    return settlement('applied', failure('answer.appliedAfterRefusal', { actual, detail }), shown)
  }
  if (isOld) return settlement('refused', refusal)
  return settlement(
    'unknown',
    failure('answer.refusalUnproven', { actual, expected, detail, request: stored.id }),
  )
}

/** After an answer that says nothing certain: applied where the new value shows, and is of no other request. */
async function afterUnclear(
  ports: DeskPorts,
  loaded: LoadedRequest,
  reason: string,
  proof: Proof,
): Promise<Settlement> {
  const { stored, request } = loaded
  const other = await otherOf(ports, loaded, proof)
  if (proof.applied && other.ok && other.value === null) {
    const message = `The answer left it open (${reason}) Reading the venue shows ${settingText(request.to)}.`
    return { to: 'applied', detail: { message, shown: request.to, provenAtMs: ports.now() }, failure: null }
  }
  return settlement('unknown', failure('answer.unknown', { detail: reason, request: stored.id }))
}

/** What is known now. `answered` says whether an answer came at all. Only reads. */
export async function settle(
  ports: DeskPorts,
  venue: Venue,
  loaded: LoadedRequest,
  { outcome, answered }: { readonly outcome: SubmissionOutcome; readonly answered: boolean },
): Promise<Settlement> {
  const { stored, request, account } = loaded
  if (outcome.kind === 'notSent') return settlement('refused', outcome.failure)
  if (outcome.kind === 'unknown' && !answered)
    return settlement('unknown', failure('answer.unknown', { detail: outcome.reason, request: stored.id }))
  ports.onStep?.(stored.id, 'proving')
  const proof = await prove(ports, venue, account, request.market, request.to)
  if (outcome.kind === 'refused') return afterRefusal(ports, loaded, outcome.failure, proof)
  if (outcome.kind === 'unknown') return afterUnclear(ports, loaded, outcome.reason, proof)
  if (proof.applied)
    return { to: 'applied', detail: { shown: request.to, provenAtMs: ports.now() }, failure: null }
  const [actual, expected] = [shownText(proof), settingText(request.to)]
  return settlement('unknown', failure('answer.notProven', { actual, expected, request: stored.id }))
}
