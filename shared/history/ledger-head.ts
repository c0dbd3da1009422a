/**
 * A head of the history as the Ledger signs it: EIP-712 typed data of the domain `Countersign` version 1, so that a
 * person reads on the device how many rows there are and which root they have. The format is in docs/formats.md.
 */
import * as v from 'valibot'
import { countersignDomain, countersignDomainType } from '../approvals/typed-data.ts'
import { addressSchema, check, hexBytes } from '../check.ts'
import { hashTypedData, type TypedData } from '../eip712/typed-data.ts'
import type { Hex } from '../hex.ts'
import { readSignatureHex, recoverAddress, type RecoverAddress } from '../signature.ts'

/** What the Ledger is shown. */
export interface HistoryHeadFacts {
  /** Number of rows, decimal. */
  readonly count: string
  readonly root: Hex
  /** UTC, as an approval writes times: `2026-11-20 10:00:05 UTC`. */
  readonly time: string
}

/** A head that a Ledger signed, as it is kept. */
export interface LedgerHead extends HistoryHeadFacts {
  /** r | s | v, 65 bytes. */
  readonly signature: Hex
  /** The Ledger's address, lower case. */
  readonly signer: Hex
}

/** Types of a head, `EIP712Domain` included. */
export const historyHeadTypes = {
  EIP712Domain: countersignDomainType,
  HistoryHead: [
    { name: 'count', type: 'string' },
    { name: 'root', type: 'bytes32' },
    { name: 'time', type: 'string' },
  ],
} as const

/** The typed data of a head. */
export const historyHeadTypedData = ({ count, root, time }: HistoryHeadFacts): TypedData => ({
  types: historyHeadTypes,
  primaryType: 'HistoryHead',
  domain: countersignDomain,
  message: { count, root, time },
})

const schema = v.strictObject({
  count: v.pipe(v.string(), v.regex(/^[1-9]\d{0,15}$/)),
  root: hexBytes(32),
  signature: hexBytes(65),
  signer: addressSchema,
  time: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC$/)),
})

/** Reads a kept one, strictly; null where it is none. */
export function readLedgerHead(value: unknown): LedgerHead | null {
  const read = check(schema, value)
  return read.ok ? read.value : null
}

/** What is wrong with a head by the Ledger that stands beside the head of `size` rows with `root`; null when nothing is. */
export function ledgerHeadFlaw(
  head: LedgerHead,
  { size, root }: { readonly size: number; readonly root: Hex },
  recover: RecoverAddress = recoverAddress,
): string | null {
  if (head.count !== String(size) || head.root !== root) return 'the Ledger signed another head beside it.'
  const signature = readSignatureHex(head.signature)
  const signer = signature.ok
    ? recover(hashTypedData(historyHeadTypedData(head)).digest, signature.value)
    : null
  return signer === head.signer ? null : "the Ledger's signature beside it is not by its signer."
}
