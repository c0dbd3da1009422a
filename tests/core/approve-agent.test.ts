import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { privateKeyToAccount } from 'viem/accounts'
import { checkForDevice } from '../../shared/eip712/device-checks.ts'
import { hashTypedData } from '../../shared/eip712/typed-data.ts'
import { readSignature, recoverAddress } from '../../shared/signature.ts'
import {
  agentTime,
  approveAgentAction,
  approveAgentBody,
  approveAgentTypedData,
  approveAgentTypes,
  checkNewAgent,
  readAgents,
  signedName,
  type AgentApproval,
} from '../../shared/venues/hyperliquid/approve-agent.ts'
import { approveAgent } from '../support/vectors.ts'

const day = 86_400_000
const address = `0x${'5e'.repeat(20)}` as const

/** What a known answer approves. */
function approvalOf(vector: (typeof approveAgent.vectors)[number]): AgentApproval {
  const { agentAddress, agentName, hyperliquidChain, nonce } = vector.message
  const [name = '', time] = agentName.split(' valid_until ')
  return {
    network: hyperliquidChain === 'Mainnet' ? 'mainnet' : 'testnet',
    address: agentAddress,
    name,
    validUntil: time === undefined ? null : Number(time),
    nonce,
  }
}

describe('the known answers of approveAgent', () => {
  it('are all there', () => {
    expect(approveAgent.vectors).toHaveLength(8)
  })

  it.each(approveAgent.vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const approval = approvalOf(vector)
    const { chainId } = vector.domain
    const typedData = approveAgentTypedData(approval, chainId)
    expect(typedData).toEqual({
      types: { EIP712Domain: approveAgentTypes.EIP712Domain, ...vector.types },
      primaryType: vector.primaryType,
      domain: vector.domain,
      message: vector.message,
    })
    expect(hashTypedData(typedData).digest).toBe(vector.digest)
    expect(checkForDevice(typedData)).toMatchObject({ ok: true })
    const action = approveAgentAction(approval, chainId)
    expect(action).toEqual(vector.postedAction)
    expect(Object.keys(action)).toEqual(Object.keys(vector.postedAction))
    const { r, s, v } = vector.signature
    const signature = readSignature(r, s, v)
    if (!signature.ok) throw new Error(signature.error.message)
    expect(recoverAddress(vector.digest, signature.value)).toBe(
      privateKeyToAccount(vector.privateKey).address.toLowerCase(),
    )
    expect(JSON.parse(approveAgentBody(approval, signature.value))).toEqual({
      action: approveAgentAction(approval),
      nonce: approval.nonce,
      signature: vector.signature,
    })
  })
})

const digest = (approval: AgentApproval) => hashTypedData(approveAgentTypedData(approval)).digest

describe('the approval of an agent', () => {
  const approvals: fc.Arbitrary<AgentApproval> = fc.record({
    network: fc.constantFrom('mainnet', 'testnet'),
    address: fc.stringMatching(/^[0-9a-f]{40}$/).map((hex) => `0x${hex}` as const),
    name: fc.stringMatching(/^[a-z0-9][a-z0-9 -]{0,8}[a-z0-9]$/),
    validUntil: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    nonce: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  })

  it('has another digest whenever one of its parts is another', () => {
    const part = fc.constantFrom('network', 'address', 'name', 'validUntil', 'nonce')
    fc.assert(
      fc.property(approvals, approvals, part, (one, other, name) => {
        fc.pre(one[name] !== other[name])
        expect(digest({ ...one, [name]: other[name] })).not.toBe(digest(one))
      }),
    )
  })

  it('writes its expiry into the name that is signed, and none where there is none', () => {
    expect(signedName({ name: 'desk-1', validUntil: 1_785_800_000_000 })).toBe(
      'desk-1 valid_until 1785800000000',
    )
    expect(signedName({ name: 'desk-1', validUntil: null })).toBe('desk-1')
  })

  it.each([
    ['agent', { address: '0x12' }],
    ['agent', { address: `0x${'5E'.repeat(20)}` }],
    ['name', { name: '' }],
    ['name', { name: 'seventeen letters' }],
    ['name', { name: ' desk' }],
    ['name', { name: 'desk\n' }],
    ['name', { name: 'd\u{435}sk' }],
    ['validUntil', { validUntil: 1_000 }],
    ['validUntil', { validUntil: 1_500.5 }],
  ] as const)('is refused for a wrong %s: %o', (field, change) => {
    const agent = { address, name: 'desk-1', validUntil: 2_000 }
    expect(checkNewAgent(agent, 1_000)).toEqual({ ok: true, value: null })
    expect(checkNewAgent({ ...agent, ...change } as typeof agent, 1_000)).toMatchObject({
      error: { code: 'input.badField', field },
    })
  })

  it('cannot have a name that would be read as an expiry', () => {
    expect(checkNewAgent({ address, name: 'a valid_until 9', validUntil: null }, 0)).toMatchObject({
      error: { field: 'name' },
    })
  })
})

describe('the agents that the venue lists', () => {
  it('are read with their expiry, addresses in lower case', () => {
    const listed = [
      { address: `0x${'5E'.repeat(20)}`, name: 'desk-1', validUntil: 1_785_800_000_000 },
      { address, name: 'desk-2', validUntil: null },
    ]
    expect(readAgents(listed)).toEqual({
      ok: true,
      value: { taken: [{ ...listed[0], address }, listed[1]], leftOut: [] },
    })
    for (const bad of [{}, 'none', 7]) expect(readAgents(bad).ok).toBe(false)
  })

  it.each([
    [{ address }, address, 'extraAgents.1.name'],
    [{ address, name: 'a', validUntil: '1' }, address, 'extraAgents.1.validUntil'],
    [{ address, name: 'a\u202e' }, address, 'extraAgents.1.name'],
    [{ name: 'a' }, 'extraAgents.1', 'extraAgents.1.address'],
    [null, 'extraAgents.1', 'extraAgents.1'],
  ])('are told without one that cannot be read, and that one is named: %j', (odd, name, field) => {
    const good = { address: `0x${'77'.repeat(20)}`, name: 'desk-1', validUntil: null }
    expect(readAgents([good, odd])).toMatchObject({
      value: { taken: [good], leftOut: [{ name, reason: expect.stringContaining(`"${field}"`) }] },
    })
  })

  it('are warned about a week before they expire', () => {
    const at = (validUntil: number | null) => agentTime({ validUntil }, 100 * day)
    expect(at(null)).toBe('endless')
    expect(at(107 * day + 1)).toBe('far')
    expect(at(107 * day)).toBe('soon')
    expect(at(100 * day + 1)).toBe('soon')
    expect(at(100 * day)).toBe('over')
  })
})
