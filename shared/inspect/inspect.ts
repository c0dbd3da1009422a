/**
 * Says what a payload really does, offline: recomputes every hash from the fields, recovers the signer, and compares
 * all that came along. Neither the clock nor plausible market numbers change the verdict; they are notes.
 */
import { looksLikeApproval } from '../approvals/text.ts'
import { sameDecimal } from '../decimal.ts'
import { failure, ok, type ErrorCode, type Failure, type Result } from '../errors.ts'
import { hashTypedData, type TypedDataHashes } from '../eip712/typed-data.ts'
import type { Hex } from '../hex.ts'
import { recoverAddress, type Signature } from '../signature.ts'
import { parseStrictJson } from '../strict-json.ts'
import { compassNetwork, contradictions, readPrepared } from '../venues/compass/prepared.ts'
import { readExecuteBody } from '../venues/compass/request.ts'
import type { UpdateLeverage } from '../venues/hyperliquid/action.ts'
import { agentTypedData, digestsOf, sourceOf, type ActionContext } from '../venues/hyperliquid/digest.ts'
import { isNetwork, type Network } from '../venues/module.ts'
import { readExchangeBody } from '../venues/hyperliquid/request.ts'
import { readAgentTypedData } from '../venues/hyperliquid/typed-data.ts'
import { findInApproval, type InspectedApproval } from './approval.ts'
import { inspectArcusBody } from './arcus.ts'
import { looksLikeSynthetix } from '../venues/synthetix/read-typed-data.ts'
import { compareAction, compareSigner } from './compare.ts'
import {
  inspectVenue,
  kindOf,
  unwrap,
  type InspectInput,
  type InspectVenue,
  type PayloadKind,
} from './input.ts'
import { plausibilityNotes } from './notes.ts'
import { lookAtTradeBody, lookAtUpdateLeverage } from './synthetix.ts'
import { inspectV5 } from './v5.ts'
import type { Finding, VenueIntent } from './venue-intent.ts'

/**
 * - `verified`: a hash came along, or a signature and an expected signer or API key, and all of it, recomputed, agrees
 * - `computed`: well formed, digests computed, nothing came along to compare with
 * - `incomplete`: opaque typed data whose action is not known
 * - `mismatch`: a hash, the signer, the API key's signature or a field contradicts
 * - `refused`: malformed, unknown fields, or not a leverage change
 */
export type Verdict = 'verified' | 'computed' | 'incomplete' | 'mismatch' | 'refused'

/** A problem as it is printed: the catalogue's code and sentence, and the field that is to blame. */
export interface Problem {
  readonly code: ErrorCode
  readonly message: string
  readonly field?: string
}

/** What the payload does. Leverage and nonce are decimal strings; times are Unix ms. */
export interface Intent {
  readonly action: 'updateLeverage'
  readonly asset: number
  readonly isCross: boolean
  readonly leverage: string
  readonly nonce: string
  readonly vaultAddress: Hex | null
  readonly expiresAfter: number | null
}

/** The hashes of a payload; `connectionId` is Hyperliquid's alone. */
export interface InspectedDigests extends TypedDataHashes {
  readonly connectionId: Hex | null
}

/** What `inspect` found. Hex is in lower case with 0x. */
export interface Inspection {
  readonly venue: InspectVenue | null
  readonly network: Network | null
  readonly kind: PayloadKind | null
  readonly verdict: Verdict
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  readonly intent: Intent | VenueIntent | null
  readonly digests: InspectedDigests | null
  /** Recovered from the signature; null when there is none. */
  readonly signer: Hex | null
  /** The exact text that an API key signs; null where the Ledger signs, or where a part of it did not come along. */
  readonly signingText: string | null
  /** Whether the API key's signature is right; null where none came, or where nobody can tell without the secret. */
  readonly signatureValid: boolean | null
  /** What an approval in words says; only there for one. */
  readonly approval?: InspectedApproval
}

/** What `inspect` is told beside the input. */
export interface InspectOptions {
  /** The network that is meant, if the caller says so. */
  readonly network: Network | null
  /** Unix time in ms, for notes only. */
  readonly nowMs: number
}

const nothing: Inspection = {
  venue: null,
  network: null,
  kind: null,
  verdict: 'refused',
  problems: [],
  notes: [],
  intent: null,
  digests: null,
  signer: null,
  signingText: null,
  signatureValid: null,
}

const problem = ({ code, message, field }: Failure): Problem => ({
  code,
  message,
  ...(field === undefined ? {} : { field }),
})

const refused = (error: Failure, known: Partial<Inspection> = {}): Inspection => ({
  ...nothing,
  ...known,
  problems: [problem(error)],
})

const intentOf = (action: UpdateLeverage, { nonce, vaultAddress, expiresAfter }: ActionContext): Intent => ({
  action: action.type,
  asset: action.asset,
  isCross: action.isCross,
  leverage: String(action.leverage),
  nonce: String(nonce),
  vaultAddress,
  expiresAfter,
})

const verdictOf = (problems: readonly Failure[], compared: boolean): Verdict => {
  if (problems.length > 0) return 'mismatch'
  return compared ? 'verified' : 'computed'
}

interface SignedAction {
  readonly action: UpdateLeverage
  readonly context: ActionContext
  readonly signature: Signature | null
}

/** The part that `/exchange` and `/execute` bodies share: digests, signer, comparisons. */
function inspectSigned(
  signed: SignedAction,
  network: Network,
  { asked }: InspectInput,
  nowMs: number,
): Omit<Inspection, 'venue' | 'kind'> {
  const { action, context, signature } = signed
  const digests = digestsOf(action, context, network)
  const signer = signature && recoverAddress(digests.digest, signature)
  if (signature && !signer) {
    return refused(failure('input.badField', { field: 'signature', detail: 'no key can have made it.' }))
  }
  const fields = compareAction(action, asked)
  const who = compareSigner(signer, context.vaultAddress, asked)
  const problems = [...fields.problems, ...who.problems]
  return {
    ...nothing,
    network,
    verdict: verdictOf(problems, signer !== null && who.expected),
    problems: problems.map(problem),
    notes: [...fields.notes, ...who.notes, ...plausibilityNotes(action, context, nowMs)],
    intent: intentOf(action, context),
    digests,
    signer,
  }
}

/** Whether a body that does not verify on one network would on the other: the commonest cause of a wrong signer. */
function otherNetworkNote(
  signed: SignedAction,
  network: Network,
  wanted: Hex | undefined,
): readonly string[] {
  const other = network === 'mainnet' ? 'testnet' : 'mainnet'
  const { action, context, signature } = signed
  if (!signature || !wanted) return []
  const signer = recoverAddress(digestsOf(action, context, other).digest, signature)
  return signer === wanted ? [`The signature is right for ${other}.`] : []
}

function inspectExchange(input: InspectInput, options: InspectOptions): Inspection {
  const network = options.network ?? input.network ?? 'mainnet'
  const known = { venue: 'hyperliquid', network, kind: 'exchangeBody' } as const
  const body = readExchangeBody(input.payload)
  if (!body.ok) return refused(body.error, known)
  const inspected = inspectSigned(body.value, network, input, options.nowMs)
  const { signer, owner, account } = input.asked
  const notes = [
    ...inspected.notes,
    ...(inspected.verdict === 'mismatch'
      ? otherNetworkNote(body.value, network, signer ?? owner ?? account)
      : []),
    ...(body.value.isFrontend
      ? ['The body carries isFrontend, which no signature covers and the venue ignores.']
      : []),
  ]
  return { ...inspected, ...known, notes }
}

function inspectExecute(input: InspectInput, options: InspectOptions): Inspection {
  const known = { venue: 'compass', network: compassNetwork, kind: 'executeBody' } as const
  const body = readExecuteBody(input.payload)
  if (!body.ok) return refused(body.error, known)
  const { action, nonce, signature } = body.value
  const context = { nonce, vaultAddress: null, expiresAfter: null }
  return { ...inspectSigned({ action, context, signature }, compassNetwork, input, options.nowMs), ...known }
}

function inspectSetLeverage({ payload, asked }: InspectInput, { nowMs }: InspectOptions): Inspection {
  const known = { venue: 'compass', network: compassNetwork, kind: 'setLeverageAnswer' } as const
  const prepared = readPrepared(payload)
  if (!prepared.ok) return refused(prepared.error, known)
  if (prepared.value.kind === 'alreadySet')
    return { ...nothing, ...known, kind: 'alreadySet', verdict: 'verified' }
  const { action, context, digests } = prepared.value
  const fields = compareAction(action, asked)
  const problems = [...fields.problems, ...contradictions(prepared.value)]
  return {
    ...nothing,
    ...known,
    verdict: verdictOf(problems, true),
    problems: problems.map(problem),
    notes: [
      ...fields.notes,
      ...compareSigner(null, null, asked).notes,
      ...plausibilityNotes(action, context, nowMs),
    ],
    intent: intentOf(action, context),
    digests,
    signer: null,
  }
}

/** The inspection that a venue's own look at a payload amounts to. */
function concluded(known: Partial<Inspection>, found: Result<Finding>): Inspection {
  if (!found.ok) return refused(found.error, known)
  const { problems, compared, complete, ...rest } = found.value
  const verdict = verdictOf(problems, compared)
  return {
    ...nothing,
    ...known,
    ...rest,
    verdict: complete || verdict === 'mismatch' ? verdict : 'incomplete',
    problems: problems.map(problem),
  }
}

function inspectSynthetix(
  input: InspectInput,
  { network, nowMs }: InspectOptions,
  kind: 'tradeBody' | 'typedData',
): Inspection {
  const known = { venue: 'synthetix', network: network ?? input.network ?? 'mainnet', kind } as const
  const look = kind === 'tradeBody' ? lookAtTradeBody : lookAtUpdateLeverage
  return concluded(known, look(input, nowMs))
}

function inspectTypedData(input: InspectInput, options: InspectOptions): Inspection {
  const { payload, venue, asked } = input
  if (venue === 'synthetix' || (venue === null && looksLikeSynthetix(payload)))
    return inspectSynthetix(input, options, 'typedData')
  const agent = readAgentTypedData(payload)
  const known = { venue: venue ?? 'hyperliquid', kind: 'typedData' } as const
  if (!agent.ok) return refused(agent.error, known)
  const { source, connectionId } = agent.value
  const network = source === sourceOf.mainnet ? 'mainnet' : 'testnet'
  const uncompared = Object.keys(asked)
  return {
    ...nothing,
    ...known,
    network,
    verdict: 'incomplete',
    notes: [
      'A 32-byte connectionId stands for an action that is not here: it may be an order, a transfer or anything else. Ask for the action and its nonce.',
      ...(uncompared.length > 0
        ? [`Without the action nothing of it can be compared: ${uncompared.join(', ')}.`]
        : []),
    ],
    digests: { connectionId, ...hashTypedData(agentTypedData(connectionId, network)) },
  }
}

function inspectSetLeverageBody(input: InspectInput, options: InspectOptions): Inspection {
  const found = inspectV5(input, options.network ?? input.network)
  const kind = 'setLeverageBody'
  if (!found.ok) return refused(found.error, { venue: input.venue, kind })
  const { venue, network, problems, notes, body, leverages, signingText, signatureValid } = found.value
  const { buy, sell } = leverages
  return {
    ...nothing,
    venue,
    network,
    kind,
    verdict: verdictOf(problems, signatureValid === true),
    problems: problems.map(problem),
    notes,
    intent: {
      action: 'setLeverage',
      asset: body.symbol,
      isCross: null,
      leverage: buy,
      ...(sameDecimal(buy, sell) ? {} : { sellLeverage: sell }),
      nonce: null,
    },
    signingText,
    signatureValid,
  }
}

function inspectArcus(
  { payload, headers, network, asked }: InspectInput,
  options: InspectOptions,
): Inspection {
  const known = { venue: 'arcus', network: options.network ?? network, kind: 'arcusBody' } as const
  const found = inspectArcusBody(payload, headers, asked)
  if (!found.ok) return refused(found.error, known)
  const { problems, ...rest } = found.value
  return {
    ...nothing,
    ...rest,
    ...known,
    verdict: verdictOf(problems, rest.signatureValid === true),
    problems: problems.map(problem),
  }
}

function inspectApproval(input: InspectInput, { nowMs }: InspectOptions): Inspection {
  const known = { kind: 'approval' } as const
  const found = findInApproval(input, nowMs)
  if (!found.ok) return refused(found.error, known)
  const { approval, signer, problems, notes, compared } = found.value
  const [name = '', network = ''] = approval.facts.venue.split(' ')
  const venue = inspectVenue(name)
  if (venue === null || !isNetwork(network))
    return refused(failure('approval.malformed', { field: 'venue', detail: 'it is not known.' }), known)
  return {
    ...nothing,
    ...known,
    venue,
    network,
    verdict: verdictOf(problems, compared),
    problems: problems.map(problem),
    notes,
    signer,
    approval,
  }
}

const inspectors = {
  setLeverageBody: inspectSetLeverageBody,
  exchangeBody: inspectExchange,
  executeBody: inspectExecute,
  tradeBody: (input: InspectInput, options: InspectOptions) => inspectSynthetix(input, options, 'tradeBody'),
  setLeverageAnswer: inspectSetLeverage,
  typedData: inspectTypedData,
  arcusBody: inspectArcus,
  approval: inspectApproval,
} as const

/** Which network the payload is for must be the one that is meant, wherever that is said. */
function networkProblems(
  { network }: Inspection,
  input: InspectInput,
  options: InspectOptions,
): readonly Failure[] {
  const meant = new Set([options.network, input.network].filter((name) => name !== null))
  return [...meant]
    .filter((name) => network !== null && name !== network)
    .map((expected) =>
      failure('payload.networkDiffers', { field: 'network', actual: network ?? 'unknown', expected }),
    )
}

function inspectInput(input: InspectInput, options: InspectOptions): Inspection {
  const kind = kindOf(input)
  if (kind === null) {
    const detail =
      'it has neither an action, nor a leverage_ok, nor a marketId, nor EIP-712 types, nor the text of an approval.'
    return refused(failure('input.unrecognised', { detail }), { venue: input.venue })
  }
  if (input.headers !== null && kind !== 'setLeverageBody' && kind !== 'arcusBody') {
    const detail = 'this payload is signed by the Ledger and has no headers.'
    return refused(failure('input.badField', { field: 'headers', detail }), { venue: input.venue, kind })
  }
  const inspected = inspectors[kind](input, options)
  if (inspected.verdict === 'refused') return inspected
  if (input.venue !== null && input.venue !== inspected.venue) {
    const detail = `the payload is one of ${inspected.venue ?? 'no venue'}, not of ${input.venue}.`
    const { kind: found, network } = inspected
    return refused(failure('input.badField', { field: 'venue', detail }), {
      venue: inspected.venue,
      kind: found,
      network,
    })
  }
  const aboutNetwork = networkProblems(inspected, input, options)
  if (aboutNetwork.length === 0) return inspected
  return {
    ...inspected,
    verdict: 'mismatch',
    problems: [...inspected.problems, ...aboutNetwork.map(problem)],
  }
}

/** Inspects one input given as text. Never throws, whatever the text is. */
export function inspect(text: string, options: InspectOptions): Inspection {
  const json = looksLikeApproval(text) ? ok({ text }) : parseStrictJson(text)
  const input: Result<InspectInput> = json.ok ? unwrap(json.value) : json
  const { venue, network, kind, verdict, ...found } = input.ok
    ? inspectInput(input.value, options)
    : refused(input.error)
  return { venue, network, kind, verdict, ...found }
}

/** The inspection of something that is not even read, such as a line that is too large. */
export const refusedInspection = (error: Failure): Inspection => refused(error)

/** Whether an inspection found nothing wrong: exit code 0. */
export const isSound = ({ verdict }: Inspection): boolean => verdict !== 'mismatch' && verdict !== 'refused'
