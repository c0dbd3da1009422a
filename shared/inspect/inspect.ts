/**
 * Says what a payload really does, offline: recomputes every hash from the fields, recovers the signer, and compares
 * all that came along. Neither the clock nor plausible market numbers change the verdict; they are notes.
 */
import { looksLikeApproval } from '../approvals/text.ts'
import { failure, ok, type Failure, type Result } from '../errors.ts'
import { parseStrictJson } from '../strict-json.ts'
import { looksLikeSynthetix } from '../venues/synthetix/read-typed-data.ts'
import { inspectApproval } from './approval.ts'
import { inspectArcus } from './arcus.ts'
import { inspectExecute, inspectPrepared } from './compass.ts'
import { problem, refused, type InspectOptions, type Inspection, type Look } from './finding.ts'
import { inspectAgent, inspectExchange } from './hyperliquid.ts'
import { foreignOf, type Foreign } from './foreign.ts'
import { kindOf, unwrap, type InspectInput, type LookedAt } from './input.ts'
import { ownMessageOf } from './own-messages.ts'
import { ownTypedDataReader } from './own-typed-data.ts'
import { inspectGrantBody, inspectMessage, inspectOwnTypedData, ownExchangeLook } from './own.ts'
import { inspectTrade, inspectUpdateLeverage } from './synthetix.ts'
import { inspectV5 } from './v5.ts'

export type { InspectOptions, Inspection, Intent, Problem, Verdict } from './finding.ts'

const inspectTypedData: Look = (input, options) => {
  const { payload, venue } = input
  if (ownTypedDataReader(payload)) return inspectOwnTypedData(input, options)
  const isSynthetix = venue === 'synthetix' || (venue === null && looksLikeSynthetix(payload))
  return (isSynthetix ? inspectUpdateLeverage : inspectAgent)(input, options)
}

const looks: { readonly [kind in LookedAt]: Look } = {
  exchangeBody: (input, options) => (ownExchangeLook(input) ?? inspectExchange)(input, options),
  executeBody: inspectExecute,
  setLeverageAnswer: inspectPrepared,
  typedData: inspectTypedData,
  tradeBody: inspectTrade,
  setLeverageBody: inspectV5,
  arcusBody: inspectArcus,
  approval: inspectApproval,
  keyRegistration: inspectGrantBody,
  confirmation: inspectMessage,
}

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

/** What is of a known kind and no change of leverage is refused as what it is, whatever else may be wrong with it. */
function refusedAs(foreign: Foreign, { venue }: InspectInput): Inspection {
  const detail = `it is ${foreign.words}.`
  return refused(failure('payload.notLeverageChange', { field: foreign.field, detail }), {
    venue: venue ?? foreign.venue,
  })
}

function inspectInput(input: InspectInput, options: InspectOptions): Inspection {
  const foreign = foreignOf(input.payload)
  if (foreign) return refusedAs(foreign, input)
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
  const inspected = looks[kind](input, options)
  if (inspected.verdict === 'refused') return inspected
  const { venue, network, kind: found } = inspected
  if (input.venue !== null && input.venue !== venue) {
    const detail = `the payload is one of ${venue ?? 'no venue'}, not of ${input.venue}.`
    return refused(failure('input.badField', { field: 'venue', detail }), { venue, kind: found, network })
  }
  const aboutNetwork = networkProblems(inspected, input, options)
  if (aboutNetwork.length === 0) return inspected
  return {
    ...inspected,
    verdict: 'mismatch',
    problems: [...inspected.problems, ...aboutNetwork.map(problem)],
  }
}

/** Where what was asked for may stand as a decimal number; nowhere is a number of a payload one. */
const requestDecimals = ['request.leverage', 'request.sellLeverage'] as const

/** Inspects one input given as text. Never throws, whatever the text is. */
export function inspect(text: string, options: InspectOptions): Inspection {
  const message = text.replace(/\n$/, '')
  const json = looksLikeApproval(text)
    ? ok({ text })
    : ownMessageOf(message)
      ? ok({ text: message })
      : parseStrictJson(text, requestDecimals)
  const input: Result<InspectInput> = json.ok ? unwrap(json.value) : json
  if (!input.ok) return refused(input.error)
  const { venue, network, kind, verdict, ...found } = inspectInput(input.value, options)
  return { venue, network, kind, verdict, ...found, notes: [...input.value.notes, ...found.notes] }
}

/** The inspection of something that is not even read, such as a line that is too large. */
export const refusedInspection = (error: Failure): Inspection => refused(error)

/** Whether an inspection found nothing wrong: exit code 0. */
export const isSound = ({ verdict }: Inspection): boolean => verdict !== 'mismatch' && verdict !== 'refused'
