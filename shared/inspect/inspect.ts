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
import { kindOf, unwrap, type InspectInput, type PayloadKind } from './input.ts'
import { inspectTrade, inspectUpdateLeverage } from './synthetix.ts'
import { inspectV5 } from './v5.ts'

export type { InspectOptions, Inspection, Intent, Problem, Verdict } from './finding.ts'

const inspectTypedData: Look = (input, options) => {
  const { payload, venue } = input
  const isSynthetix = venue === 'synthetix' || (venue === null && looksLikeSynthetix(payload))
  return (isSynthetix ? inspectUpdateLeverage : inspectAgent)(input, options)
}

const looks: { readonly [kind in Exclude<PayloadKind, 'alreadySet'>]: Look } = {
  exchangeBody: inspectExchange,
  executeBody: inspectExecute,
  setLeverageAnswer: inspectPrepared,
  typedData: inspectTypedData,
  tradeBody: inspectTrade,
  setLeverageBody: inspectV5,
  arcusBody: inspectArcus,
  approval: inspectApproval,
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
