/** Looking at Hyperliquid's payloads: bodies for `/exchange`, and the typed data that a Ledger is given. */
import { fail, ok, type Result } from '../errors.ts'
import { hashTypedData } from '../eip712/typed-data.ts'
import type { Hex } from '../hex.ts'
import { recoverAddress, type Signature } from '../signature.ts'
import type { UpdateLeverage } from '../venues/hyperliquid/action.ts'
import { agentTypedData, digestsOf, sourceOf, type ActionContext } from '../venues/hyperliquid/digest.ts'
import { readExchangeBody } from '../venues/hyperliquid/request.ts'
import { readAgentTypedData } from '../venues/hyperliquid/typed-data.ts'
import type { Network } from '../venues/module.ts'
import { compareAction, compareSigner } from './compare.ts'
import { concluded, type Finding, type Intent, type Look } from './finding.ts'
import type { AskedFor, InspectInput } from './input.ts'
import { plausibilityNotes } from './notes.ts'

/** An action with all that its signature covers. */
export interface SignedAction {
  readonly action: UpdateLeverage
  readonly context: ActionContext
  readonly signature: Signature | null
}

/** What an action does. */
export const intentOf = (
  action: UpdateLeverage,
  { nonce, vaultAddress, expiresAfter }: ActionContext,
): Intent => ({
  action: action.type,
  asset: action.asset,
  isCross: action.isCross,
  leverage: String(action.leverage),
  nonce: String(nonce),
  vaultAddress,
  expiresAfter,
})

/** What `/exchange` and `/execute` bodies share: digests, signer, comparisons. Fails with `input.badField`. */
export function lookAtSigned(
  { action, context, signature }: SignedAction,
  network: Network,
  asked: AskedFor,
  nowMs: number,
): Result<Finding> {
  const digests = digestsOf(action, context, network)
  const signer = signature && recoverAddress(digests.digest, signature)
  if (signature && !signer)
    return fail('input.badField', { field: 'signature', detail: 'no key can have made it.' })
  const fields = compareAction(action, asked)
  const who = compareSigner(signer, context.vaultAddress, asked)
  return ok({
    problems: [...fields.problems, ...who.problems],
    notes: [...fields.notes, ...who.notes, ...plausibilityNotes(action, context, nowMs)],
    compared: signer !== null && who.expected,
    intent: intentOf(action, context),
    digests,
    signer,
  })
}

/** Whether a body that does not verify on one network would on the other: the commonest cause of a wrong signer. */
function otherNetworkNotes(
  { action, context, signature }: SignedAction,
  network: Network,
  wanted: Hex | undefined,
): readonly string[] {
  const other = network === 'mainnet' ? 'testnet' : 'mainnet'
  if (!signature || !wanted) return []
  const signer = recoverAddress(digestsOf(action, context, other).digest, signature)
  return signer === wanted ? [`The signature is right for ${other}.`] : []
}

function lookAtExchangeBody(
  { payload, asked }: InspectInput,
  network: Network,
  nowMs: number,
): Result<Finding> {
  const body = readExchangeBody(payload)
  if (!body.ok) return body
  const found = lookAtSigned(body.value, network, asked, nowMs)
  if (!found.ok) return found
  const { signer, owner, account } = asked
  const wrong = found.value.problems.length > 0
  const notes = [
    ...found.value.notes,
    ...(wrong ? otherNetworkNotes(body.value, network, signer ?? owner ?? account) : []),
    ...(body.value.isFrontend
      ? ['The body carries isFrontend, which no signature covers and the venue ignores.']
      : []),
  ]
  return ok({ ...found.value, notes })
}

/** Inspects a body for `/exchange`. */
export const inspectExchange: Look = (input, options) => {
  const network = options.network ?? input.network ?? 'mainnet'
  const known = { venue: 'hyperliquid', network, kind: 'exchangeBody' } as const
  return concluded(known, lookAtExchangeBody(input, network, options.nowMs))
}

function lookAtAgent({ payload, asked }: InspectInput): Result<Finding> {
  const agent = readAgentTypedData(payload)
  if (!agent.ok) return agent
  const { source, connectionId } = agent.value
  const network = source === sourceOf.mainnet ? 'mainnet' : 'testnet'
  const uncompared = Object.keys(asked)
  return ok({
    network,
    problems: [],
    notes: [
      'A 32-byte connectionId stands for an action that is not here: it may be an order, a transfer or anything else. Ask for the action and its nonce.',
      ...(uncompared.length > 0
        ? [`Without the action nothing of it can be compared: ${uncompared.join(', ')}.`]
        : []),
    ],
    compared: false,
    complete: false,
    digests: { connectionId, ...hashTypedData(agentTypedData(connectionId, network)) },
  })
}

/** Inspects the typed data that stands for an action at Hyperliquid, or at Compass, which forwards to it. */
export const inspectAgent: Look = (input) =>
  concluded({ venue: input.venue ?? 'hyperliquid', kind: 'typedData' }, lookAtAgent(input))
