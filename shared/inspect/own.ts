/** Looking at the payloads that Countersign makes beside changes of leverage: what each one does, its digests and its signer. */
import * as v from 'valibot'
import { addressSchema, check, integer, isObject } from '../check.ts'
import { hashTypedData } from '../eip712/typed-data.ts'
import { fail, failure, ok, type Failure, type Result } from '../errors.ts'
import { lower, type Hex } from '../hex.ts'
import { readSignature, readSignatureHex, recoverAddress, type Signature } from '../signature.ts'
import { createApiKeyTypedData } from '../venues/arcus/create-api-key.ts'
import { approveAgentTypedData } from '../venues/hyperliquid/approve-agent.ts'
import { digestsOf } from '../venues/hyperliquid/digest.ts'
import type { Network } from '../venues/module.ts'
import { compareSigner } from './compare.ts'
import { concluded, type Finding, type Look } from './finding.ts'
import type { AskedFor, InspectInput } from './input.ts'
import { ownMessageOf } from './own-messages.ts'
import { agentWords, grantWords, ownTypedDataReader } from './own-typed-data.ts'

const milliseconds = integer(0, Number.MAX_SAFE_INTEGER)
const sentSignature = v.nullish(
  v.strictObject({ r: v.string(), s: v.string(), v: v.union([v.number(), v.string()]) }),
)

/** v as a number; Arcus sends it as hex text. */
const recoveryOf = (sent: number | string): number => (typeof sent === 'number' ? sent : Number(sent))

function signatureIn(sent: v.InferOutput<typeof sentSignature>): Result<Signature | null> {
  return sent ? readSignature(sent.r, sent.s, recoveryOf(sent.v)) : ok(null)
}

/** Who signed, held against who should have; where a change of leverage was asked for, this is another thing. */
function signedBy(
  digest: Hex,
  signature: Signature | null,
  asked: AskedFor,
  named: Hex | null = null,
): Result<Pick<Finding, 'problems' | 'notes' | 'compared' | 'signer'>> {
  const signer = signature && recoverAddress(digest, signature)
  if (signature && !signer)
    return fail('input.badField', { field: 'signature', detail: 'no key can have made it.' })
  const who = compareSigner(signer, null, asked)
  const byName: readonly Failure[] =
    signer !== null && named !== null && signer !== named
      ? [failure('payload.signerDiffers', { field: 'address', actual: signer, expected: named })]
      : []
  const wanted = ['asset', 'assetId', 'isCross', 'leverage', 'sellLeverage'].some((name) =>
    Object.hasOwn(asked, name),
  )
  const detail = 'one was asked for, and this does something else.'
  const unasked = wanted ? [failure('payload.notLeverageChange', { field: 'payload', detail })] : []
  return ok({
    signer,
    problems: [...who.problems, ...byName, ...unasked],
    notes: who.notes,
    compared: signer !== null && (who.expected || named !== null),
  })
}

function lookAtOwnTypedData({ payload, asked }: InspectInput): Result<Finding> {
  const read = ownTypedDataReader(payload)?.(payload)
  if (!read) return fail('input.unrecognised', { detail: 'its typed data is of no kind that is known.' })
  if (!read.ok) return read
  const who = signedBy(read.value.digests.digest, null, asked)
  return who.ok ? ok({ ...read.value, ...who.value }) : who
}

/** Inspects typed data of Countersign's own. */
export const inspectOwnTypedData: Look = (input) =>
  concluded({ venue: input.venue, kind: 'typedData' }, lookAtOwnTypedData(input))

const agentBodySchema = v.strictObject({
  action: v.strictObject({
    type: v.literal('approveAgent'),
    signatureChainId: v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{1,12}$/, 'it must be a chain id in hex.')),
    hyperliquidChain: v.picklist(['Mainnet', 'Testnet']),
    agentAddress: addressSchema,
    agentName: v.nullish(v.pipe(v.string(), v.maxLength(100)), ''),
    nonce: milliseconds,
  }),
  nonce: milliseconds,
  signature: sentSignature,
  // What an account signs for itself has neither (Hyperliquid docs, exchange endpoint).
  vaultAddress: v.optional(v.null()),
  expiresAfter: v.optional(v.null()),
  isFrontend: v.optional(v.boolean()),
})

function lookAtAgentBody({ payload, asked }: InspectInput): Result<Finding> {
  const body = check(agentBodySchema, payload)
  if (!body.ok) return body
  const { action, nonce } = body.value
  const { hyperliquidChain, agentAddress, nonce: signed } = action
  const agentName = action.agentName ?? ''
  const network: Network = hyperliquidChain === 'Mainnet' ? 'mainnet' : 'testnet'
  const approval = { address: lower(agentAddress), name: agentName, validUntil: null, network, nonce: signed }
  const hashes = hashTypedData(approveAgentTypedData(approval, Number(action.signatureChainId)))
  const signature = signatureIn(body.value.signature)
  if (!signature.ok) return signature
  const who = signedBy(hashes.digest, signature.value, asked)
  if (!who.ok) return who
  const twice =
    nonce === signed
      ? []
      : [failure('payload.fieldDiffers', { field: 'nonce', actual: nonce, expected: signed })]
  return ok({
    ...who.value,
    network,
    problems: [...who.value.problems, ...twice],
    does: agentWords(agentAddress, agentName, network),
    digests: { connectionId: null, ...hashes },
  })
}

/** Inspects a body for `/exchange` that approves an agent. */
export const inspectAgentBody: Look = (input) =>
  concluded({ venue: 'hyperliquid', kind: 'approveAgent' }, lookAtAgentBody(input))

const noopBodySchema = v.strictObject({
  action: v.strictObject({ type: v.literal('noop') }),
  nonce: milliseconds,
  signature: sentSignature,
  vaultAddress: v.nullish(addressSchema, null),
  expiresAfter: v.nullish(milliseconds, null),
  isFrontend: v.optional(v.boolean()),
})

function lookAtNoop({ payload, asked }: InspectInput, network: Network): Result<Finding> {
  const body = check(noopBodySchema, payload)
  if (!body.ok) return body
  const { action, nonce, expiresAfter } = body.value
  const vaultAddress = body.value.vaultAddress ? lower(body.value.vaultAddress) : null
  const digests = digestsOf(action, { nonce, vaultAddress, expiresAfter: expiresAfter ?? null }, network)
  const signature = signatureIn(body.value.signature)
  if (!signature.ok) return signature
  const who = signedBy(digests.digest, signature.value, asked)
  if (!who.ok) return who
  return ok({
    ...who.value,
    does: `does nothing but use up the nonce ${nonce} of its signer: whatever else was signed with that nonce can be used by nobody any more`,
    digests,
  })
}

/** Inspects a body for `/exchange` that only uses up a nonce, which revokes. */
export const inspectNoop: Look = (input, options) => {
  const network = options.network ?? input.network ?? 'mainnet'
  return concluded({ venue: 'hyperliquid', network, kind: 'revocation' }, lookAtNoop(input, network))
}

const grantBodySchema = v.strictObject({
  address: addressSchema,
  publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'it must be 64 lower-case hex digits.')),
  apiWalletName: v.pipe(v.string(), v.maxLength(100)),
  accountIndex: v.optional(integer(1, 9)),
  validUntil: milliseconds,
  nonce: v.optional(v.pipe(v.string(), v.maxLength(64))),
  signature: sentSignature,
})

function lookAtGrantBody({ payload, asked }: InspectInput, network: Network): Result<Finding> {
  const body = check(grantBodySchema, payload)
  if (!body.ok) return body
  const { address, publicKey, apiWalletName, validUntil, accountIndex = 0, nonce = null } = body.value
  const grant = { name: apiWalletName, keyId: publicKey, validUntilMs: validUntil, accountIndex, nonce }
  const hashes = hashTypedData(createApiKeyTypedData(grant, network))
  const signature = signatureIn(body.value.signature)
  if (!signature.ok) return signature
  const who = signedBy(hashes.digest, signature.value, asked, lower(address))
  if (!who.ok) return who
  return ok({ ...who.value, does: grantWords(grant), digests: { connectionId: null, ...hashes } })
}

/** Inspects a body for Arcus' `/v1/createApiKey`, whose signature is over typed data. */
export const inspectGrantBody: Look = (input, options) => {
  const network = options.network ?? input.network ?? 'mainnet'
  return concluded({ venue: 'arcus', network, kind: 'keyRegistration' }, lookAtGrantBody(input, network))
}

const messageSchema = v.strictObject({ text: v.string(), signature: v.exactOptional(v.string()) })

function lookAtMessage({ payload, asked }: InspectInput): Result<Finding> {
  const given = check(messageSchema, payload)
  if (!given.ok) return given
  const own = ownMessageOf(given.value.text)
  if (!own) return fail('input.unrecognised', { detail: 'it is a message that Countersign does not know.' })
  const signature = given.value.signature === undefined ? ok(null) : readSignatureHex(given.value.signature)
  if (!signature.ok) return signature
  const who = signedBy(own.signedDigest, signature.value, asked)
  return who.ok ? ok({ ...own, ...who.value }) : who
}

/** Inspects a personal message of Countersign's own. */
export const inspectMessage: Look = (input) => concluded({ kind: 'confirmation' }, lookAtMessage(input))

/** The look at an `/exchange` body that is no change of leverage but Countersign's own; null for any other. */
export function ownExchangeLook({ payload }: Pick<InspectInput, 'payload'>): Look | null {
  const { action } = payload
  const type = isObject(action) ? action['type'] : undefined
  if (type === 'approveAgent') return inspectAgentBody
  return type === 'noop' ? inspectNoop : null
}
