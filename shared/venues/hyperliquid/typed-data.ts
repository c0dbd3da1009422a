/** Reading the typed data of a phantom agent that somebody else made: every part must be the one that the venue verifies. */
import * as v from 'valibot'
import { check, hexBytes, isObject } from '../../check.ts'
import { fail, type Result } from '../../errors.ts'
import { agentDomain, agentTypes, sourceOf } from './digest.ts'

const field = (name: string, type: string) => v.strictObject({ name: v.literal(name), type: v.literal(type) })

const agentSchema = v.strictObject({
  domain: v.strictObject({
    name: v.literal(agentDomain.name),
    version: v.literal(agentDomain.version),
    chainId: v.literal(agentDomain.chainId),
    verifyingContract: v.literal(agentDomain.verifyingContract),
  }),
  types: v.strictObject({
    EIP712Domain: v.optional(
      v.strictTuple(agentTypes.EIP712Domain.map(({ name, type }) => field(name, type))),
    ),
    Agent: v.strictTuple(agentTypes.Agent.map(({ name, type }) => field(name, type))),
  }),
  primaryType: v.literal('Agent'),
  message: v.strictObject({ source: v.picklist(Object.values(sourceOf)), connectionId: hexBytes(32) }),
})

/** The two facts in a phantom agent's typed data: which network, and the hash that stands for the action. */
export type AgentMessage = v.InferOutput<typeof agentSchema>['message']

/**
 * Reads a phantom agent's typed data. `EIP712Domain` may be left out, as Compass does.
 * Fails with `payload.notLeverageChange` for another primary type, else with `input.*`.
 */
export function readAgentTypedData(value: unknown, at = ''): Result<AgentMessage> {
  const type = isObject(value) ? value['primaryType'] : undefined
  if (typeof type === 'string' && type !== 'Agent') {
    const path = [at, 'primaryType'].filter(Boolean).join('.')
    return fail('payload.notLeverageChange', {
      field: path,
      detail: `it is typed data of type "${type.slice(0, 60)}".`,
    })
  }
  const read = check(agentSchema, value, at)
  return read.ok ? { ok: true, value: read.value.message } : read
}
