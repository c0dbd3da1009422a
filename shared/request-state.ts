/**
 * The life of a request as one machine, all of it data: its states, the events that move it on, and what must hold for
 * each. Every pair of state and event is decided here; the store moves a request by this table or not at all, and
 * docs/request-life.md is drawn from it.
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

/** What is known of a request when something is to happen to it. Times are Unix ms. */
export interface RequestFacts {
  /** Whether a signature over its digest is kept, or comes with the event. */
  readonly signature: boolean
  /** Whether its one submission was begun. */
  readonly submitted: boolean
  /** Whether a signature that revokes it was kept, sent or not. */
  readonly revoking: boolean
  /** Whether the venue took the revocation, so that the nonce is used up by it. */
  readonly revoked: boolean
  /** Whether it was open in a copy of which this desk is made (`shared/copies.ts`). */
  readonly frozen: boolean
  /** Whether the event says what the venue showed. */
  readonly read: boolean
}

interface Guard {
  /** One sentence for docs. */
  readonly says: string
  readonly holds: (facts: RequestFacts) => boolean
}

/** What must hold before an event, by name. The store asks these in the transaction that writes the event down. */
export const guards = {
  signedByTheSigner: {
    says: 'A signature by the signer over the digest is there.',
    holds: (f) => f.signature,
  },
  neverSubmitted: { says: 'It was never sent, by any process.', holds: (f) => !f.submitted },
  submitted: { says: 'Its one sending was begun.', holds: (f) => f.submitted },
  notBeingRevoked: { says: 'No revocation of it was signed.', holds: (f) => !f.revoking },
  revocationTaken: { says: 'The venue took the revocation: its nonce is used up.', holds: (f) => f.revoked },
  notFrozen: { says: 'It was not open in a copy of which this desk is made.', holds: (f) => !f.frozen },
  readWhereFrozen: {
    says: 'Where it was open in such a copy, the venue was read.',
    holds: (f) => !f.frozen || f.read,
  },
} as const satisfies Record<string, Guard>

/** Name of a guard. */
export type GuardName = keyof typeof guards

interface EventRule {
  /** One sentence for docs: what has happened. */
  readonly says: string
  /** From which states it leads where; from every other state it is refused. */
  readonly leads: { readonly [from in RequestState]?: RequestState }
  readonly guards: readonly GuardName[]
}

/** Every event, in the order of a life. */
export const events = {
  prepare: {
    says: 'Payload, nonce, expiry and digests are fixed and kept.',
    leads: { draft: 'prepared' },
    guards: [],
  },
  accept: {
    says: 'The preview is accepted; the device is asked next.',
    leads: { prepared: 'approved' },
    guards: ['notFrozen'],
  },
  sign: {
    says: 'The device signed, and the signature was verified.',
    leads: { approved: 'signed' },
    guards: ['signedByTheSigner', 'notFrozen'],
  },
  send: {
    says: 'The exact body is kept; it leaves next.',
    leads: { signed: 'sending' },
    guards: ['signedByTheSigner', 'neverSubmitted', 'notBeingRevoked', 'notFrozen'],
  },
  prove: {
    says: 'The venue answered, and shows the new value when it is read.',
    leads: { sending: 'applied' },
    guards: ['submitted'],
  },
  refuse: {
    says: 'The venue refused it and still shows the old value when it is read, or it certainly never left.',
    leads: { sending: 'refused' },
    guards: ['submitted'],
  },
  lose: {
    says: 'Neither an answer nor reading says whether it was applied.',
    leads: { sending: 'unknown' },
    guards: ['submitted'],
  },
  findApplied: {
    says: 'Reading the venue shows the new value.',
    leads: { unknown: 'applied', refused: 'applied' },
    guards: ['submitted'],
  },
  findNotApplied: {
    says: 'Reading the venue shows the old value, and nobody can apply it any more, or the venue refused it.',
    leads: { unknown: 'refused' },
    guards: ['submitted'],
  },
  expire: {
    says: 'Its time is over, and it was never sent.',
    leads: { prepared: 'expired', approved: 'expired', signed: 'expired' },
    guards: ['neverSubmitted', 'notFrozen'],
  },
  withdraw: {
    says: 'The person gives it up; or it was open in a copy, and the venue was read. It is never sent from here.',
    leads: { prepared: 'withdrawn', approved: 'withdrawn', signed: 'withdrawn' },
    guards: ['neverSubmitted', 'readWhereFrozen'],
  },
  revoke: {
    says: 'The venue took what revokes it: its nonce is used up, so that it can never be applied.',
    leads: { signed: 'revoked', unknown: 'revoked', expired: 'revoked', withdrawn: 'revoked' },
    guards: ['signedByTheSigner', 'revocationTaken'],
  },
} as const satisfies Record<string, EventRule>

/** Name of an event. */
export type RequestEvent = keyof typeof events

/** Names of all events, in the order of a life. */
export const requestEvents = Object.keys(events) as readonly RequestEvent[]

const ruleOf = (event: RequestEvent): EventRule => events[event]

/** What an event does in a state: the state that follows, or null where it is refused. */
export const decide = (state: RequestState, event: RequestEvent): RequestState | null =>
  ruleOf(event).leads[state] ?? null

/** The event that leads from one state to the other; null where none does. No two events lead the same way. */
export const eventBetween = (from: RequestState, to: RequestState): RequestEvent | null =>
  requestEvents.find((event) => decide(from, event) === to) ?? null

/** The first guard of an event that does not hold; null when all do. */
export const failedGuard = (event: RequestEvent, facts: RequestFacts): GuardName | null =>
  ruleOf(event).guards.find((name) => !guards[name].holds(facts)) ?? null

/** Whether the one guard of these two that an event has holds for a frozen request. */
export function holdsWhileFrozen(from: RequestState, to: RequestState, read: boolean): boolean {
  const event = eventBetween(from, to)
  if (event === null) return false
  const names = ruleOf(event).guards
  return !names.includes('notFrozen') && (read || !names.includes('readWhereFrozen'))
}

const followersOf = (from: RequestState): readonly RequestState[] =>
  requestEvents.map((event) => decide(from, event)).filter((to) => to !== null)

/** Every arrow: from a state to the states that may follow it. A state without any is final. */
export const arrows = Object.fromEntries(
  requestStates.map((state) => [state, followersOf(state)]),
) as unknown as { readonly [from in RequestState]: readonly RequestState[] }

/** Whether a request may go from one state to the other in one step. */
export const mayFollow = (from: RequestState, to: RequestState): boolean => arrows[from].includes(to)

/** Whether nothing can follow a state. */
export const isFinal = (state: RequestState): boolean => arrows[state].length === 0

const ends: readonly RequestState[] = ['applied', 'refused', 'expired', 'withdrawn', 'revoked']

/**
 * Whether a request has come to its end: it is signed and sent no more. What may still follow is that reading finds a
 * refused one applied, or that a signature which was never sent is revoked.
 */
export const isEnded = (state: RequestState): boolean => ends.includes(state)

/** Whether nothing can follow about a request that came to its end: one that was not signed leaves nothing to be revoked. */
export const isOverFor = (state: RequestState, signature: boolean): boolean =>
  isFinal(state) || (!signature && (state === 'expired' || state === 'withdrawn'))

/** Whether a value is the name of a state. */
export const isRequestState = (value: unknown): value is RequestState =>
  (requestStates as readonly unknown[]).includes(value)

/** Whether a request can be revoked in a state: only where a signature is there that somebody could use. */
export const mayBeRevoked = (state: RequestState, signature: boolean): boolean =>
  signature && decide(state, 'revoke') !== null

const advice: { readonly [state in RequestState]: string } = {
  draft: 'Prepare it first.',
  prepared: 'Approve the preview first.',
  approved: 'Sign it on the device first.',
  signed: 'Send it, withdraw it, or revoke it with "countersign revoke {request}".',
  sending: 'It may have been sent already: do not send it again. Run "countersign reconcile {request}".',
  unknown: 'It may have been applied: do not send it again. Run "countersign reconcile {request}".',
  applied: 'Nothing is left to do: it was applied. For another change prepare a new request.',
  refused: 'It was refused. Prepare a new request; "countersign reconcile {request}" reads the venue again.',
  expired: 'It expired unsent. Prepare a new request.',
  withdrawn: 'It was withdrawn: it is never sent from here. Prepare a new request.',
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

/** What a person can do with a request in a state, as one sentence or two. */
export const adviceOf = (state: RequestState, request: string): string =>
  advice[state].replaceAll('{request}', request)

/** A failure about a request, with what may be said of its outcome in that state. */
export const claimed = (made: Failure, state: RequestState): Failure => ({
  ...made,
  outcome: claims[state] ?? 'not-sent',
})

/** The failure `request.busy`: somebody else acts on a request that is in `state`, for at most `ms` more if they are gone. */
export const busy = (request: string, state: RequestState, ms: number): Failure =>
  claimed(failure('request.busy', { request, seconds: Math.ceil(ms / 1000) }), state)

/** The failure `request.frozen` for a request that was open when a copy was made at `since` (ISO 8601, UTC). */
export const frozen = (request: string, since: string): Failure =>
  failure('request.frozen', { request, at: `${since.slice(0, 19).replace('T', ' ')} UTC` })

/**
 * The failure `request.wrongState` for a request that is in `state` and was to go to `to`: it says what can be done
 * from where the request is, and never claims that one was not sent which may have been.
 */
export const wrongState = (request: string, state: RequestState, to: RequestState): Failure => {
  const values = { request, state, verb: verbs[to], advice: adviceOf(state, request) }
  return claimed(failure('request.wrongState', values), state)
}
