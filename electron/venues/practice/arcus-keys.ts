/**
 * `POST /v1/createApiKey` of the practice Arcus: a key is registered only with a signature by the address it is for, over
 * exactly what is registered. Types and texts are written apart from the desk's own.
 */
import * as v from 'valibot'
import { concat, numberToHex, recoverMessageAddress, recoverTypedDataAddress } from 'viem'
import type { Hex } from '../../../shared/hex.ts'
import { parseStrictJson, type Json } from '../../../shared/strict-json.ts'
import type { Network } from '../../../shared/venues/module.ts'
import {
  anyAddress,
  refuse,
  say,
  whole,
  type ArcusAnswer,
  type ArcusDecision,
  type ArcusQuestion,
} from './arcus-answer.ts'
import { accountKey, type PracticeArcus, type PracticeArcusKey } from './arcus-state.ts'

const scalar = v.pipe(
  v.string(),
  v.regex(/^(0x)?[0-9a-fA-F]{1,64}$/),
  v.transform((text) => `0x${text.replace(/^0x/, '').padStart(64, '0')}` as Hex),
)

const recovery = v.pipe(
  v.string(),
  v.regex(/^(0x)?[0-9a-fA-F]{1,8}$/),
  v.transform((text) => Number.parseInt(text.replace(/^0x/, ''), 16)),
  v.picklist([0, 1, 27, 28]),
)

const bodySchema = v.strictObject({
  address: anyAddress,
  publicKey: v.pipe(v.string(), v.regex(/^[0-9a-fA-F]{64}$/)),
  apiWalletName: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  accountIndex: v.optional(v.picklist([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255]), 0),
  validUntil: whole(1, Number.MAX_SAFE_INTEGER),
  nonce: v.optional(v.pipe(v.string(), v.maxLength(64))),
  signature: v.strictObject({ r: scalar, s: scalar, v: recovery }),
})

type Body = v.InferOutput<typeof bodySchema>

const dayMs = 86_400_000
const allAccounts = 255
const chainIds: Readonly<Record<Network, number>> = { mainnet: 4663, testnet: 46_630 }

const bytesOf = ({ r, s, v: bit }: Body['signature']): Hex =>
  concat([r, s, numberToHex(bit < 27 ? bit + 27 : bit, { size: 1 })])

function recoverTyped(body: Body, network: Network, withIndex: boolean): Promise<Hex> {
  const { apiWalletName, publicKey, validUntil, nonce, accountIndex, signature } = body
  const fields: { name: string; type: string }[] = [
    { name: 'apiWalletName', type: 'string' },
    { name: 'apiWalletPublicKey', type: 'string' },
    { name: 'validUntil', type: 'uint256' },
  ]
  if (nonce !== undefined) fields.push({ name: 'nonce', type: 'string' })
  if (withIndex) fields.push({ name: 'accountIndex', type: 'uint8' })
  const types: Record<string, typeof fields> = { CreateApiKey: fields }
  return recoverTypedDataAddress({
    domain: { name: 'Arcus API Key', version: '1', chainId: chainIds[network] },
    types,
    primaryType: 'CreateApiKey',
    message: { apiWalletName, apiWalletPublicKey: publicKey, validUntil, nonce, accountIndex },
    signature: bytesOf(signature),
  })
}

const recoverText = ({ apiWalletName, publicKey, validUntil, signature }: Body): Promise<Hex> =>
  recoverMessageAddress({
    message: `{"apiWalletName":${JSON.stringify(apiWalletName)},"apiWalletPublicKey":"${publicKey}","validUntil":${validUntil}}`,
    signature: bytesOf(signature),
  })

/** Whether the address signed the registration in one of the forms that are taken for its index. */
async function isByOwner(body: Body, network: Network): Promise<boolean> {
  const forms = [() => recoverTyped(body, network, true)]
  if (body.accountIndex === 0) forms.push(() => recoverTyped(body, network, false))
  if (body.accountIndex === 0 && body.nonce === undefined) forms.push(() => recoverText(body))
  for (const form of forms) {
    const signer = await form().catch(() => null)
    if (signer?.toLowerCase() === body.address) return true
  }
  return false
}

function conflict(state: PracticeArcus, body: Body, nonceKey: string | null): string | null {
  const owner = state.keys.find(({ keyId }) => keyId === body.publicKey.toLowerCase())
  if (owner && owner.address !== body.address) return 'publicKey is already registered to another account'
  return nonceKey !== null && state.nonces.includes(nonceKey) ? 'nonce was already used' : null
}

/** A key of the same name or with the same public key is replaced. */
function withKey(state: PracticeArcus, key: PracticeArcusKey, nonceKey: string | null): PracticeArcus {
  const others = state.keys
    .filter(({ keyId }) => keyId !== key.keyId)
    .map((one) =>
      one.address === key.address && one.name === key.name ? { ...one, status: 'DELETED' as const } : one,
    )
  const nonces = nonceKey === null ? state.nonces : [...state.nonces, nonceKey]
  return { ...state, keys: [...others, key], nonces }
}

function register(state: PracticeArcus, body: Body, nowMs: number): ArcusAnswer {
  const { address, publicKey, apiWalletName, accountIndex, validUntil, nonce } = body
  const nonceKey = nonce === undefined ? null : `${accountKey(address, accountIndex)} ${nonce}`
  const problem = conflict(state, body, nonceKey)
  if (problem !== null) return refuse(state, 409, problem)
  const allSubaccounts = accountIndex === allAccounts
  const key: PracticeArcusKey = {
    keyId: publicKey.toLowerCase(),
    address,
    accountIndex: allSubaccounts ? null : accountIndex,
    name: apiWalletName,
    validUntil,
    status: 'ACTIVE',
    createdAtMs: nowMs,
  }
  return say(withKey(state, key, nonceKey), 202, {
    apiKey: key.keyId,
    address,
    allSubaccounts,
    ...(allSubaccounts ? {} : { accountIndex }),
    validUntil,
    createdAt: nowMs * 1000,
  })
}

/** Checks a `POST /v1/createApiKey`; what comes out answers it from the newest state. */
export async function createArcusApiKey(
  { body, nowMs }: ArcusQuestion,
  network: Network,
): Promise<ArcusDecision> {
  const json = parseStrictJson(body)
  const read = v.safeParse(bodySchema, json.ok ? json.value : null)
  if (!read.success) return (state) => refuse(state, 400, 'Invalid request body')
  const left = read.output.validUntil - nowMs
  if (left < dayMs || left > 180 * dayMs)
    return (state) => refuse(state, 400, 'validUntil must be between 1 and 180 days from now')
  return (await isByOwner(read.output, network))
    ? (state) => register(state, read.output, nowMs)
    : (state) => refuse(state, 401, 'signature verification failed')
}

const listed = (key: PracticeArcusKey): Json => ({
  apiKey: key.keyId,
  address: key.address,
  allSubaccounts: key.accountIndex === null,
  ...(key.accountIndex === null ? {} : { accountIndex: key.accountIndex }),
  status: key.status,
  apiWalletName: key.name,
  validUntil: key.validUntil ?? 0,
  createdAt: key.createdAtMs * 1000,
  permissions: [],
})

/** Answers `GET /v1/apiKeys?address=`. */
export function listArcusApiKeys(state: PracticeArcus, address: Hex): ArcusAnswer {
  return say(state, 200, { apiKeys: state.keys.filter((key) => key.address === address).map(listed) })
}
