/** How a request ended, in one sentence for a row. */
import { isObject } from '../../shared/check.ts'
import type { RequestView } from '../../shared/contract.ts'
import { deadlineOf } from '../../shared/deadline.ts'
import type { RequestState } from '../../shared/request-state.ts'
import { revocationRulesOf } from '../../shared/revocation.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { utcMoment } from './time.ts'

const unsent: { readonly [state in RequestState]?: string } = {
  expired: 'It expired. Nothing was sent.',
  withdrawn: 'Withdrawn. Nothing was sent.',
  revoked: 'Made unusable.',
}

type Ended = Pick<RequestView, 'prepared' | 'updatedAt'>

const signedByApiKey = ({ prepared }: Ended): boolean => rulesOf(prepared.venue).signedBy === 'apiKey'

/** When the time of a request is over, with the day where it was not the one on which the request came to its state. */
const deadlineText = ({ prepared, updatedAt }: Ended): string =>
  `${utcMoment(deadlineOf(prepared), Date.parse(updatedAt))} UTC`

/** What it means that the time of an unsent request is over: a venue has a say only where the Ledger signs for it. */
export const expiredText = (request: Ended): string =>
  signedByApiKey(request)
    ? `Its time ended at ${deadlineText(request)}: no API key signs it any more.`
    : `The venue refuses this request since ${deadlineText(request)}.`

/**
 * What withdrawing leaves of a request that the Ledger signed: a signature that the venue takes from whoever holds it, or
 * an approval, which no venue takes.
 */
export const withdrawnText = (request: Ended): string =>
  signedByApiKey(request)
    ? 'It is never sent from here, so no API key signs it. The approval alone changes nothing at the venue.'
    : `It is never sent from here. The signature itself can be used until ${deadlineText(request)} by whoever holds it.`

/** What it means that a request is revoked; that a higher nonce ends lower ones is inferred (docs/venues/synthetix.md). */
export const revokedText = ({ prepared }: Ended): string =>
  revocationRulesOf(prepared)?.by === 'higherNonce'
    ? 'The venue took a higher nonce: by its documentation the signature is of no use any more.'
    : 'Its nonce is used up: nobody can use the signature any more.'

/** What reading showed of a request that was open in a copy and is put down; null for any other. */
export function putDownOf({
  state,
  detail,
}: RequestView): { readonly text: string; readonly value: string } | null {
  const { message, shown } = detail ?? {}
  if (state !== 'withdrawn' || typeof message !== 'string' || !isObject(shown)) return null
  const { leverage, sellLeverage } = shown
  const sides = sellLeverage === undefined ? [leverage] : [leverage, sellLeverage]
  return { text: message, value: sides.map(String).join('/') }
}

/** What is known about the end of a request shown as `state`. */
export function outcomeSentence(request: RequestView, state: RequestState): string {
  const { detail, submission } = request
  const message = detail?.['message']
  const provenAtMs = detail?.['provenAtMs']
  if (
    state === 'applied' &&
    detail?.['code'] === undefined &&
    typeof provenAtMs === 'number' &&
    submission?.answeredAt
  ) {
    const laterMs = Math.max(0, provenAtMs - Date.parse(submission.answeredAt))
    return `Read back ${laterMs < 1000 ? `${laterMs} ms` : `${(laterMs / 1000).toFixed(1)} s`} later.`
  }
  return putDownOf(request)?.text ?? unsent[state] ?? (typeof message === 'string' ? message : '')
}
