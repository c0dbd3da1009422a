import { describe, expect, it } from 'vitest'
import { encode } from '@msgpack/msgpack'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { hashTypedData } from '../../shared/eip712/typed-data.ts'
import { toHex, type Hex } from '../../shared/hex.ts'
import { readSignature, recoverAddress } from '../../shared/signature.ts'
import { encodeAction } from '../../shared/venues/hyperliquid/action.ts'
import {
  actionPreimage,
  agentTypedData,
  agentTypes,
  connectionIdOf,
  digestsOf,
  type ActionContext,
} from '../../shared/venues/hyperliquid/digest.ts'
import { exchangeBody, readExchangeBody } from '../../shared/venues/hyperliquid/request.ts'
import { approveAgent, leverage, published, traps } from '../support/vectors.ts'

const network = ({ isMainnet }: { isMainnet: boolean }) => (isMainnet ? 'mainnet' : 'testnet')
const contextOf = ({ nonce, vaultAddress, expiresAfter }: ActionContext): ActionContext => ({
  nonce,
  vaultAddress: vaultAddress ?? null,
  expiresAfter: expiresAfter ?? null,
})
const signerOf = (digest: Hex, { r, s, v }: { r: string; s: string; v: number }): Hex | null => {
  const signature = readSignature(r, s, v)
  if (!signature.ok) throw new Error(signature.error.message)
  return recoverAddress(digest, signature.value)
}

describe('hyperliquid-updateLeverage.json, six encoders that agree', () => {
  it.each(leverage.vectors.map((vector) => [vector.id, vector] as const))(
    '%s: every byte and hash',
    (_, vector) => {
      const { expected, action } = vector
      const context = contextOf(vector)
      expect(toHex(encodeAction(action))).toBe(expected.msgpackHex)
      expect(toHex(actionPreimage(action, context))).toBe(expected.preimageHex)
      const digests = digestsOf(action, context, network(vector))
      expect(digests.connectionId).toBe(expected.connectionId)
      expect(digests.digest).toBe(expected.eip712Digest)
      expect(digests.domainHash).toBe(leverage.constants.domainSeparator)
      expect(signerOf(digests.digest, expected.signature)).toBe(vector.address.toLowerCase())
    },
  )

  it.each(leverage.vectors.map((vector) => [vector.id, vector] as const))(
    '%s: the body is read back',
    (_, vector) => {
      const { r, s, v } = vector.expected.signature
      const signature = readSignature(r, s, v)
      if (!signature.ok) throw new Error(signature.error.message)
      const body: unknown = JSON.parse(
        JSON.stringify(exchangeBody(vector.action, contextOf(vector), signature.value)),
      )
      const { action } = vector
      const expected = { action, context: contextOf(vector), signature: signature.value, isFrontend: false }
      expect(readExchangeBody(body)).toEqual({ ok: true, value: expected })
    },
  )

  it('holds as many vectors as it says', () => {
    expect(leverage.vectors).toHaveLength(leverage.count)
  })
})

describe('hyperliquid-public.json, answers that public projects publish', () => {
  it.each(published.updateLeverage.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const digests = digestsOf(vector.action, contextOf(vector), network(vector))
    expect(digests.connectionId).toBe(vector.published.connectionId ?? vector.computed.connectionId)
    expect(digests.digest).toBe(vector.published.eip712Digest ?? vector.computed.eip712Digest)
    const signature = vector.published.signature ?? vector.computed.signature
    expect(signerOf(digests.digest, signature)).toBe(vector.address.toLowerCase())
  })

  const withAction = published.otherL1.flatMap((vector) =>
    vector.action ? [{ ...vector, action: vector.action }] : [],
  )

  it.each(withAction.map((vector) => [vector.name, vector] as const))(
    '%s: the bytes after the action',
    (_, vector) => {
      const tail = actionPreimage({ type: 'noop' }, contextOf(vector)).slice(
        encodeAction({ type: 'noop' }).length,
      )
      expect(toHex(keccak_256(concatBytes(encode(vector.action), tail)))).toBe(vector.computed.connectionId)
    },
  )

  const bare = published.otherL1.filter((vector) => !vector.action)
  it.each(bare.map((vector) => [vector.name, vector] as const))(
    '%s: from connectionId to signer',
    (_, vector) => {
      const { digest } = hashTypedData(agentTypedData(vector.computed.connectionId, network(vector)))
      expect(digest).toBe(vector.computed.digest)
      expect(signerOf(digest, vector.computed.signature)).toBe(vector.address.toLowerCase())
    },
  )

  it('the published noop', () => {
    const noops = withAction.filter((vector) => vector.action.type === 'noop')
    expect(noops).toHaveLength(1)
    for (const vector of noops) {
      expect(connectionIdOf({ type: 'noop' }, contextOf(vector))).toBe(vector.computed.connectionId)
    }
  })
})

describe('hyperliquid-traps.json, hashes of faulty implementations', () => {
  const { rightConnectionId, action, ...base } = traps.base
  const inputs: Record<string, Partial<ActionContext>> = {
    'expiresAfter 1700000060000': { expiresAfter: 1700000060000 },
    'vaultAddress 0x1719884eb866cb12b2287399b15f7db5e7d775ea': {
      vaultAddress: '0x1719884eb866cb12b2287399b15f7db5e7d775ea',
    },
  }

  it.each(traps.vectors.map((vector) => [vector.name, vector] as const))('%s: ours differs', (_, vector) => {
    const right = connectionIdOf(action, { ...base, ...(vector.input ? inputs[vector.input] : {}) })
    expect(right).toBe(vector.rightConnectionId ?? rightConnectionId)
    expect(right).not.toBe(vector.wrongConnectionId)
  })
})

describe('approveAgent and other published user-signed actions: typed data in general', () => {
  const cases = [...approveAgent.vectors, ...published.userSigned]
  it.each(cases.map((vector) => [vector.name, vector] as const))('%s', (_, { types, digest, ...rest }) => {
    const { EIP712Domain } = agentTypes
    expect(hashTypedData({ types: { ...types, EIP712Domain }, ...rest }).digest).toBe(digest)
  })
})
