/**
 * Registering an API key: the owner's Ledger says once that a public key may trade for an account until a time. Typed
 * data without `verifyingContract`, or the older personal message (Arcus docs, "Create API key").
 */
import { hashMessage } from 'viem'
import { fail, ok, type Result } from '../../errors.ts'
import { hashTypedData, type TypedData, type TypedField } from '../../eip712/typed-data.ts'
import type { Hex } from '../../hex.ts'
import type { Signature } from '../../signature.ts'
import type { Network } from '../module.ts'
import type { CreateApiKeyForm } from './settings.ts'

/** What is granted to whom. */
export interface ApiKeyGrant {
  /** Name of the key; registering another one under the same name replaces it. */
  readonly name: string
  /** The key's public part, 64 lower-case hex digits without 0x. */
  readonly keyId: string
  /** Unix ms from which the venue takes it no more. */
  readonly validUntilMs: number
  /** The one account it may trade for, 0 to 9. */
  readonly accountIndex: number
  /** Used once, at most 64 characters; null for none. */
  readonly nonce: string | null
}

/** What the Ledger is asked. */
export type ApiKeyQuestion =
  | { readonly form: 'eip712'; readonly typedData: TypedData }
  | { readonly form: 'eip191'; readonly text: string }

/** Chain ids of the domain (Arcus docs, "Per-environment domain parameters"). */
export const arcusChainIds: Readonly<Record<Network, number>> = { mainnet: 4663, testnet: 46_630 }

const dayMs = 24 * 60 * 60_000

/** How long a key may be valid, in ms from now on the venue's clock (Arcus docs, `validUntil`). */
export const validityMs = { least: dayMs, most: 180 * dayMs } as const

const domainFields: readonly TypedField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
]

const badField = (field: string, detail: string) => fail('input.badField', { field, detail })

/** Checks what is to be granted at Unix time `nowMs`. Fails with `input.badField`. */
export function checkGrant(grant: ApiKeyGrant, nowMs: number): Result<ApiKeyGrant> {
  if (!/^[\w.-]{1,40}$/.test(grant.name))
    return badField('name', 'use 1 to 40 letters, digits, dots, dashes or underscores.')
  if (!/^[0-9a-f]{64}$/.test(grant.keyId))
    return badField('publicKey', 'it must be 64 lower-case hex digits without 0x.')
  const left = grant.validUntilMs - nowMs
  return Number.isSafeInteger(grant.validUntilMs) && left >= validityMs.least && left <= validityMs.most
    ? ok(grant)
    : badField('validUntil', 'Arcus takes keys that are valid for 1 day to 180 days.')
}

/** The typed data of a grant: the index is in it where it is not 0, the nonce where there is one. */
export function createApiKeyTypedData(grant: ApiKeyGrant, network: Network): TypedData {
  const { name, keyId, validUntilMs, accountIndex, nonce } = grant
  const withNonce = nonce !== null
  const withIndex = accountIndex !== 0
  return {
    types: {
      EIP712Domain: domainFields,
      CreateApiKey: [
        { name: 'apiWalletName', type: 'string' },
        { name: 'apiWalletPublicKey', type: 'string' },
        { name: 'validUntil', type: 'uint256' },
        ...(withNonce ? [{ name: 'nonce', type: 'string' }] : []),
        ...(withIndex ? [{ name: 'accountIndex', type: 'uint8' }] : []),
      ],
    },
    primaryType: 'CreateApiKey',
    domain: { name: 'Arcus API Key', version: '1', chainId: arcusChainIds[network] },
    message: {
      apiWalletName: name,
      apiWalletPublicKey: keyId,
      validUntil: String(validUntilMs),
      ...(withNonce ? { nonce } : {}),
      ...(withIndex ? { accountIndex } : {}),
    },
  }
}

/** The personal message of a grant: these three names in this order, without white space (Arcus docs, "Legacy EIP-191"). */
export const createApiKeyText = ({ name, keyId, validUntilMs }: ApiKeyGrant): string =>
  JSON.stringify({ apiWalletName: name, apiWalletPublicKey: keyId, validUntil: validUntilMs })

/**
 * What the Ledger is asked. Fails with `request.venueCannot` where the personal message cannot say it all: it has
 * neither index nor nonce.
 */
export function createApiKeyQuestion(
  grant: ApiKeyGrant,
  form: CreateApiKeyForm,
  network: Network,
): Result<ApiKeyQuestion> {
  if (form === 'eip712') return ok({ form, typedData: createApiKeyTypedData(grant, network) })
  const what = grant.accountIndex === 0 ? 'a nonce' : 'an account index other than 0'
  return grant.accountIndex === 0 && grant.nonce === null
    ? ok({ form, text: createApiKeyText(grant) })
    : fail('request.venueCannot', { venue: 'Arcus', what: `${what} in a personal message (EIP-191)` })
}

/** What the Ledger's signature covers. */
export const createApiKeyDigest = (question: ApiKeyQuestion): Hex =>
  question.form === 'eip712' ? hashTypedData(question.typedData).digest : hashMessage(question.text)

/** The exact text of the body; all three parts of the signature are hex (Arcus docs, `EthereumSignature`). */
export function createApiKeyBody(grant: ApiKeyGrant, address: Hex, { r, s, v }: Signature): string {
  const { name, keyId, validUntilMs, accountIndex, nonce } = grant
  return JSON.stringify({
    address,
    publicKey: keyId,
    apiWalletName: name,
    ...(accountIndex === 0 ? {} : { accountIndex }),
    validUntil: validUntilMs,
    ...(nonce === null ? {} : { nonce }),
    signature: { r, s, v: `0x${v.toString(16)}` },
  })
}
