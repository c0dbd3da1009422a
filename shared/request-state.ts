/**
 * The life of a request: its states and the only arrows between them. The store moves a request along an arrow of
 * this table or not at all.
 */
import { failure, type Failure, type OutcomeClaim } from './errors.ts'

/**
 * Where a request is in its life. `draft` is still being chosen and is never stored; `approved` means that the person
 * accepted the preview, which is written down before a device is asked; `sending` means that it may have left.
 */
export const requestStates = [
  'draft',
  'prepared',
  'approved',
  'signed',
  'sending',
  'applied',
  'refused',
  'unknown',
  'expired',
  'withdrawn',
  'revoked',
] as const

/** One state of a request. */
export type RequestState = (typeof requestStates)[number]

/** Every arrow: from a state to the states that may follow it. A state without any is final. */
export const arrows: { readonly [from in RequestState]: readonly RequestState[] } = {
  draft: ['prepared'],
  prepared: ['approved', 'expired', 'withdrawn'],
  approved: ['signed', 'expired', 'withdrawn'],
  signed: ['sending', 'expired', 'withdrawn', 'revoked'],
  sending: ['applied', 'refused', 'unknown'],
  unknown: ['applied', 'refused'],
  applied: [],
  refused: [],
  expired: [],
  withdrawn: [],
  revoked: [],
}

/** Whether a request may go from one state to the other in one step. */
export const mayFollow = (from: RequestState, to: RequestState): boolean => arrows[from].includes(to)

/** Whether nothing can follow a state. */
export const isFinal = (state: RequestState): boolean => arrows[state].length === 0

/** Whether a value is the name of a state. */
export const isRequestState = (value: unknown): value is RequestState =>
  (requestStates as readonly unknown[]).includes(value)

const advice: { readonly [state in RequestState]: string } = {
  draft: 'Prepare it first.',
  prepared: 'Approve the preview first.',
  approved: 'Sign it on the device first.',
  signed: 'Send it, or withdraw it.',
  sending: 'It may have been sent already: do not send it again. Run "countersign reconcile {request}".',
  unknown: 'It may have been applied: do not send it again. Run "countersign reconcile {request}".',
  applied: 'Nothing is left to do: it was applied. For another change prepare a new request.',
  refused: 'The venue refused it. Prepare a new request.',
  expired: 'It expired unsent. Prepare a new request.',
  withdrawn: 'It was withdrawn unsent. Prepare a new request.',
  revoked: 'It was made unusable. Prepare a new request.',
}

const verbs: { readonly [state in RequestState]: string } = {
  draft: 'changed',
  prepared: 'prepared',
  approved: 'approved',
  signed: 'signed',
  sending: 'sent',
  applied: 'settled as applied',
  refused: 'settled as refused',
  unknown: 'put down as unknown',
  expired: 'put down as expired',
  withdrawn: 'withdrawn',
  revoked: 'revoked',
}

const claims: { readonly [state in RequestState]?: OutcomeClaim } = {
  sending: 'unknown',
  unknown: 'unknown',
  applied: 'sent',
  refused: 'sent',
}

/**
 * The failure `request.wrongState` for a request that is in `state` and was to go to `to`: it says what can be done
 * from where the request is, and never claims that one was not sent which may have been.
 */
export const wrongState = (request: string, state: RequestState, to: RequestState): Failure => {
  const values = { request, state, verb: verbs[to], advice: advice[state].replace('{request}', request) }
  return { ...failure('request.wrongState', values), outcome: claims[state] ?? 'not-sent' }
}
