/** A signed request, made with a key of its own. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { fromHex, toHex, type Hex } from '../../shared/hex.ts'
import { readPreparedRequest, recomputeDigests, type PreparedRequest } from '../../shared/prepared-request.ts'
import { must } from '../support/desk.ts'

const key = new Uint8Array(32).fill(7)
const signer = toHex(keccak_256(secp256k1.getPublicKey(key, false).slice(1)).slice(-20))

const fields = {
  format: 1,
  venue: 'hyperliquid',
  network: 'mainnet',
  origin: 'https://api.hyperliquid.xyz',
  account: { name: 'treasury', address: signer },
  signer: { address: signer, path: "44'/60'/0'/0/0" },
  market: { symbol: 'BTC', id: 0, maxLeverage: 40 },
  from: { leverage: '5', isCross: true, readAtMs: 1_795_000_000_000, skewMs: 120 },
  to: { leverage: '10', isCross: true },
  stake: { markPrice: '95000.5', position: null },
  approval: 'none',
  wire: {
    action: { type: 'updateLeverage', asset: 0, isCross: true, leverage: 10 },
    nonce: 1_795_000_000_000,
    vaultAddress: null,
    expiresAfter: 1_795_000_900_000,
  },
} as const

/** The request. */
export const sampleRequest: PreparedRequest = must(
  readPreparedRequest({ ...fields, digests: recomputeDigests(fields) }, 'R'),
)

function sign(digest: Hex): Hex {
  const bytes = secp256k1.sign(fromHex(digest), key, { prehash: false, format: 'recovered' })
  return `${toHex(bytes.slice(1))}${(27 + (bytes[0] ?? 0)).toString(16)}` as Hex
}

/** Its signature, 65 bytes. */
export const sampleSignature: Hex = sign(sampleRequest.digests.digest)
