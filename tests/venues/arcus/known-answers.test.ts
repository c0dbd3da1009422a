import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { hashTypedData } from '../../../shared/eip712/typed-data.ts'
import { inspect } from '../../../shared/inspect/inspect.ts'
import { readSignature, recoverAddress } from '../../../shared/signature.ts'
import {
  createApiKeyBody,
  createApiKeyDigest,
  createApiKeyText,
  createApiKeyTypedData,
  type ApiKeyGrant,
} from '../../../shared/venues/arcus/create-api-key.ts'
import { arcus } from '../../../shared/venues/arcus/module.ts'
import { canonicalBody, isSignedBy, signingText } from '../../../shared/venues/arcus/signing.ts'
import type { ArcusWire } from '../../../shared/venues/arcus/wire.ts'
import { valueOf } from '../support.ts'
import { arcusVectors, type ChangeVector, type GrantVector } from './vectors.ts'

const options = { network: null, nowMs: Date.UTC(2026, 10, 20) }
const look = (value: unknown) => inspect(JSON.stringify(value), options)
const named = arcusVectors.setLeverage.map((vector) => [vector.message, vector] as const)

/** The wire fields that give a vector's body, for the spelling of the address that the desk sends. */
function wireOf({ body, apiKey }: ChangeVector): ArcusWire | null {
  const { address, accountIndex, marketId, leverage, isolated = null } = body
  if (!/^0x[0-9a-f]{40}$/.test(address) || typeof accountIndex !== 'number') return null
  if (typeof isolated !== 'boolean' && isolated !== null) return null
  const hex = `0x${address.slice(2)}` as const
  return { address: hex, accountIndex, marketId, leverage, isolated, keyId: apiKey, until: 0 }
}

describe('a signed setLeverage message', () => {
  it('holds as many vectors as it says', () => {
    expect(arcusVectors.setLeverage).toHaveLength(arcusVectors.count)
  })

  it.each(named)('%s: canonical body, text and signature', (_, vector) => {
    const body = canonicalBody(vector.body)
    expect(body).toBe(vector.canonicalBody)
    const text = signingText(vector.timestamp, body)
    expect(text).toBe(vector.message)
    const signature = bytesToHex(ed25519.sign(new TextEncoder().encode(text), hexToBytes(vector.seed)))
    expect(signature).toBe(vector.signature)
    expect(isSignedBy(vector.apiKey, vector.signature, text)).toBe(true)
  })

  it('is what the desk sends, byte for byte, for every vector in its own spelling', () => {
    const own = arcusVectors.setLeverage.flatMap((vector) => {
      const wire = wireOf(vector)
      return wire ? [{ wire, vector }] : []
    })
    expect(own.length).toBeGreaterThan(10)
    for (const { wire, vector } of own) expect(arcus.bodyOf(wire, null)).toBe(vector.canonicalBody)
  })

  it.each(named)('%s: inspect verifies it, headers inside the body or beside it', (_, vector) => {
    const found = look({ ...vector.body, headers: vector.headers })
    expect(found).toMatchObject({
      venue: 'arcus',
      kind: 'arcusBody',
      verdict: 'verified',
      problems: [],
      signingText: vector.message,
      signatureValid: true,
      intent: {
        action: 'setLeverage',
        asset: String(vector.body.marketId),
        leverage: String(vector.body.leverage),
        nonce: null,
      },
    })
    expect(look({ venue: 'arcus', payload: vector.body, headers: vector.headers })).toEqual(found)
    for (const sent of vector.bodyAsSentExamples)
      expect(look({ payload: JSON.parse(sent) as unknown, headers: vector.headers })).toEqual(found)
  })

  it.each(named)('%s: any other signature is a mismatch', (_, vector) => {
    const last = vector.signature.endsWith('0') ? '1' : '0'
    const headers = { ...vector.headers, 'X-Signature': vector.signature.slice(0, -1) + last }
    expect(look({ ...vector.body, headers })).toMatchObject({
      verdict: 'mismatch',
      signatureValid: false,
      problems: [{ code: 'payload.signatureWrong', field: 'headers.X-Signature' }],
    })
  })
})

describe('the traps', () => {
  const base = arcusVectors.setLeverage.find(
    ({ signature }) => signature === arcusVectors.traps.rightSignature,
  )
  if (!base) throw new Error('no base vector')

  it.each(arcusVectors.traps.vectors.map((trap) => [trap.name, trap] as const))(
    '%s: the signature of that mistake is never taken',
    (_, { wrongSignature }) => {
      expect(isSignedBy(base.apiKey, wrongSignature, base.message)).toBe(false)
      const headers = { ...base.headers, 'X-Signature': wrongSignature }
      expect(look({ ...base.body, headers }).verdict).toBe('mismatch')
    },
  )
})

describe('canonical JSON and what public clients publish', () => {
  it.each(arcusVectors.canonicalJson.map((one) => [one.out, one] as const))('%s', (out, { in: value }) => {
    expect(canonicalBody(value as Parameters<typeof canonicalBody>[0])).toBe(out)
  })

  it.each(arcusVectors.published.signatures.map((one) => [one.message, one] as const))(
    '%s: the published signature verifies',
    (message, { seed, published }) => {
      const keyId = bytesToHex(ed25519.getPublicKey(hexToBytes(seed)))
      expect(isSignedBy(keyId, published, message)).toBe(true)
    },
  )

  it.each(arcusVectors.published.messages.map((one) => [one.published, one] as const))(
    '%s: the published message is built',
    (published, { timestamp }) => {
      const body = JSON.parse(published.slice(published.indexOf('{'))) as Parameters<typeof canonicalBody>[0]
      expect(signingText(timestamp, canonicalBody(body))).toBe(published)
    },
  )
})

const grantOf = ({ message }: GrantVector): ApiKeyGrant => ({
  name: message.apiWalletName,
  keyId: message.apiWalletPublicKey,
  validUntilMs: Number(message.validUntil),
  accountIndex: 0,
  nonce: message.nonce ?? null,
})

describe('the registration of a key', () => {
  it.each(arcusVectors.createApiKeyEip712.map((vector) => [vector.network, vector.variant, vector] as const))(
    '%s, %s: typed data, digest, signer and body',
    (_, __, vector) => {
      const grant = grantOf(vector)
      const typedData = createApiKeyTypedData(grant, vector.network)
      expect(typedData.domain).toEqual(vector.domain)
      expect(typedData.types['CreateApiKey']).toEqual(vector.types.CreateApiKey)
      expect(typedData.message).toEqual(vector.message)
      const { domainHash, digest } = hashTypedData(typedData)
      expect(domainHash).toBe(vector.domainSeparator)
      expect(digest).toBe(vector.digest)
      const { r, s, v } = vector.signature
      const signature = valueOf(readSignature(r, s, v))
      const address = recoverAddress(digest, signature)
      expect(address).toBe(vector.address.toLowerCase())
      const body: unknown = JSON.parse(createApiKeyBody(grant, address ?? '0x', signature))
      expect(body).toEqual({
        address,
        publicKey: grant.keyId,
        apiWalletName: grant.name,
        validUntil: grant.validUntilMs,
        ...(grant.nonce === null ? {} : { nonce: grant.nonce }),
        signature: vector.wireSignature,
      })
    },
  )

  it('as a personal message: the exact text and its signer', () => {
    const base = arcusVectors.createApiKeyEip712[0]
    if (!base) throw new Error('no vectors')
    const text = createApiKeyText(grantOf(base))
    expect(text).toBe(arcusVectors.createApiKeyPersonalSign.message)
    const { r, s, v } = arcusVectors.createApiKeyPersonalSign.signature
    const digest = createApiKeyDigest({ form: 'eip191', text })
    expect(recoverAddress(digest, valueOf(readSignature(r, s, v)))).toBe(base.address.toLowerCase())
  })
})
