/** Looking at Compass' payloads: bodies for `execute`, and its answers to `set_leverage`. */
import { ok, type Result } from '../errors.ts'
import { compassNetwork, contradictions, readPrepared } from '../venues/compass/prepared.ts'
import { readExecuteBody } from '../venues/compass/request.ts'
import { compareAction, compareSigner } from './compare.ts'
import { concluded, type Finding, type Look } from './finding.ts'
import { intentOf, lookAtSigned } from './hyperliquid.ts'
import type { InspectInput } from './input.ts'
import { plausibilityNotes } from './notes.ts'

const known = { venue: 'compass', network: compassNetwork } as const

function lookAtExecuteBody({ payload, asked }: InspectInput, nowMs: number): Result<Finding> {
  const body = readExecuteBody(payload)
  if (!body.ok) return body
  const { action, nonce, signature } = body.value
  const context = { nonce, vaultAddress: null, expiresAfter: null }
  return lookAtSigned({ action, context, signature }, compassNetwork, asked, nowMs)
}

/** Inspects a body for `execute`. */
export const inspectExecute: Look = (input, { nowMs }) =>
  concluded({ ...known, kind: 'executeBody' }, lookAtExecuteBody(input, nowMs))

function lookAtPrepared({ payload, asked }: InspectInput, nowMs: number): Result<Finding> {
  const prepared = readPrepared(payload)
  if (!prepared.ok) return prepared
  if (prepared.value.kind === 'alreadySet')
    return ok({ kind: 'alreadySet', problems: [], notes: [], compared: true })
  const { action, context, digests } = prepared.value
  const fields = compareAction(action, asked)
  return ok({
    problems: [...fields.problems, ...contradictions(prepared.value)],
    notes: [
      ...fields.notes,
      ...compareSigner(null, null, asked).notes,
      ...plausibilityNotes(action, context, nowMs),
    ],
    compared: true,
    intent: intentOf(action, context),
    digests,
  })
}

/** Inspects an answer to `set_leverage`. */
export const inspectPrepared: Look = (input, { nowMs }) =>
  concluded({ ...known, kind: 'setLeverageAnswer' }, lookAtPrepared(input, nowMs))
