/** EIP-712 typed data as it is signed: explicit `EIP712Domain`, strict values, and its three hashes. */
import { concatHex, hashDomain, hashStruct, keccak256 } from 'viem'
import type { Hex } from '../hex.ts'

/** One field of a struct type. */
export interface TypedField {
  readonly name: string
  readonly type: string
}

/** A JSON value inside typed data. Integers are safe JSON integers or decimal strings; bytes are hex strings. */
export type TypedValue =
  string | number | boolean | readonly TypedValue[] | { readonly [name: string]: TypedValue }

/** Typed data in the form of `eth_signTypedData_v4`, with `EIP712Domain` always given. */
export interface TypedData {
  readonly types: {
    readonly EIP712Domain: readonly TypedField[]
    readonly [struct: string]: readonly TypedField[]
  }
  readonly primaryType: string
  readonly domain: { readonly [name: string]: TypedValue }
  readonly message: { readonly [name: string]: TypedValue }
}

/** The hashes that a Ledger can show, and the digest that it signs; each 32 bytes, lower-case hex. */
export interface TypedDataHashes {
  readonly domainHash: Hex
  readonly messageHash: Hex
  /** keccak256(0x1901 | domainHash | messageHash), EIP-712 section "Specification". */
  readonly digest: Hex
}

/** Computes the hashes of typed data. */
export function hashTypedData(typedData: TypedData): TypedDataHashes {
  const { types, primaryType, domain, message } = typedData
  const viemTypes = types as unknown as Record<string, { name: string; type: string }[]>
  const domainHash = hashDomain({ domain, types: viemTypes })
  const messageHash = hashStruct({ data: message as Record<string, unknown>, primaryType, types: viemTypes })
  return { domainHash, messageHash, digest: keccak256(concatHex(['0x1901', domainHash, messageHash])) }
}
