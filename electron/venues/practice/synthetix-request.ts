/**
 * The shape of `POST /v1/trade` as strictly as the real venue may read it, and who signed. Written apart from the desk's
 * own code, so that a fault there cannot hide here.
 */
import * as v from 'valibot'
import { concat, getAddress, numberToHex, recoverTypedDataAddress, type Hex } from 'viem'
import { isObject } from '../../../shared/check.ts'
import { parseStrictJson } from '../../../shared/strict-json.ts'

/** A signed request of the right shape. */
export interface SynthetixRequest {
  readonly action: string
  readonly subAccountId: bigint
  readonly symbol: string
  readonly leverage: string
  readonly nonce: number | null
  readonly expiresAfter: number
  readonly signature: Hex
  /** As it came; null where none did. */
  readonly walletAddress: string | null
}

/** A request, or the code and words with which the venue refuses it. */
export type ReadSynthetixRequest =
  { readonly request: SynthetixRequest } | { readonly code: string; readonly message: string }

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const scalar = (highest: bigint) =>
  v.pipe(
    v.string(),
    v.regex(/^0x[0-9a-fA-F]{64}$/),
    v.check((text) => BigInt(text) > 0n && BigInt(text) <= highest),
  )

const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const id = v.pipe(v.string(), v.regex(/^[1-9]\d*$/))

const flatSchema = v.object({
  action: v.string(),
  subaccountId: v.optional(id),
  subAccountId: v.optional(id),
  walletAddress: v.optional(v.string()),
  symbol: v.optional(v.string(), ''),
  leverage: v.optional(v.string(), ''),
  nonce: v.optional(v.pipe(time, v.minValue(1))),
  expiresAfter: v.optional(time, 0),
  signature: v.object({
    v: v.picklist([0, 1, 27, 28]),
    r: scalar(order - 1n),
    s: scalar(order / 2n),
  }),
})

const topLevel = new Set([
  'params',
  'nonce',
  'expiresAfter',
  'signature',
  'subaccountId',
  'subAccountId',
  'walletAddress',
  'id',
  'method',
])

const refusal = (code: string, message: string) => ({ code, message })

/** The action that a body names, whatever is wrong with the rest; null where it names none. */
export function actionOf(text: string): string | null {
  const json = parseStrictJson(text)
  if (!json.ok || !isObject(json.value) || !isObject(json.value['params'])) return null
  const action = json.value['params']['action']
  return typeof action === 'string' ? action : null
}

/** Reads a body: the subaccount in `params` or beside it, the signature beside `params` or in them. */
export function readSynthetixRequest(text: string): ReadSynthetixRequest {
  const json = parseStrictJson(text)
  if (!json.ok || !isObject(json.value)) return refusal('INVALID_FORMAT', 'Invalid request body')
  const body = json.value
  const params = body['params']
  if (!isObject(params)) return refusal('MISSING_REQUIRED_FIELD', 'params is required')
  const stray = Object.keys(body).find((key) => !topLevel.has(key))
  if (stray !== undefined) return refusal('INVALID_FORMAT', `unknown field ${stray}`)
  const read = v.safeParse(flatSchema, { ...body, ...params })
  if (!read.success) {
    const field = v.getDotPath(read.issues[0]) ?? 'body'
    return refusal('INVALID_FORMAT', `invalid ${field}`)
  }
  const {
    action,
    subaccountId,
    subAccountId,
    walletAddress,
    symbol,
    leverage,
    nonce,
    expiresAfter,
    signature,
  } = read.output
  const given = subaccountId ?? subAccountId
  if (given === undefined) return refusal('VALIDATION_ERROR', 'subaccountId is required')
  const recovery = signature.v < 27 ? signature.v + 27 : signature.v
  return {
    request: {
      action,
      subAccountId: BigInt(given),
      symbol,
      leverage,
      nonce: nonce ?? null,
      expiresAfter,
      signature: concat([signature.r as Hex, signature.s as Hex, numberToHex(recovery, { size: 1 })]),
      walletAddress: walletAddress ?? null,
    },
  }
}

const domain = {
  name: 'Synthetix',
  version: '1',
  chainId: 1,
  verifyingContract: '0x0000000000000000000000000000000000000000',
} as const

const number = (name: string) => ({ name, type: 'uint256' })
const words = (name: string) => ({ name, type: 'string' })

function messageOf({ action, subAccountId, symbol, leverage, nonce, expiresAfter }: SynthetixRequest) {
  const expiry = { expiresAfter: BigInt(expiresAfter) }
  if (action === 'updateLeverage')
    return {
      primaryType: 'UpdateLeverage',
      fields: [
        number('subAccountId'),
        words('symbol'),
        words('leverage'),
        number('nonce'),
        number('expiresAfter'),
      ],
      message: { subAccountId, symbol, leverage, nonce: BigInt(nonce ?? 0), ...expiry },
    }
  const nonceField = nonce === null ? [] : [number('nonce')]
  return {
    primaryType: 'SubAccountAction',
    fields: [number('subAccountId'), words('action'), ...nonceField, number('expiresAfter')],
    message: { subAccountId, action, ...(nonce === null ? {} : { nonce: BigInt(nonce) }), ...expiry },
  }
}

/** Who signed a request, lower case; null where no key can have, or where the wallet that it names is another one. */
export async function synthetixSigner(request: SynthetixRequest): Promise<Hex | null> {
  const { primaryType, fields, message } = messageOf(request)
  const { signature, walletAddress } = request
  try {
    const types = { [primaryType]: fields }
    const signer = await recoverTypedDataAddress({ domain, types, primaryType, message, signature })
    const named = walletAddress === null || walletAddress === getAddress(signer)
    return named ? (signer.toLowerCase() as Hex) : null
  } catch {
    return null
  }
}
