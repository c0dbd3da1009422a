/**
 * An approval as EIP-712 typed data: domain `Countersign` version 1, flat, the same facts in the same order as the text.
 * It needs "Raw messages" on a Ledger, or a descriptor that Ledger signed (resources/erc7730).
 */
import * as v from 'valibot'
import { anyObject, check, hexBytes } from '../check.ts'
import { fail, type Result } from '../errors.ts'
import type { TypedData } from '../eip712/typed-data.ts'
import { checkFacts, digestOfFacts, type ApprovalFacts } from './facts.ts'

/** EIP-712 domain of everything that Countersign asks a Ledger in its own name. */
export const countersignDomain = { name: 'Countersign', version: '1' } as const

/** Fields of that domain. */
export const countersignDomainType = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
] as const

/** Types of an approval, `EIP712Domain` included. */
export const approvalTypes = {
  EIP712Domain: countersignDomainType,
  LeverageApproval: [
    { name: 'market', type: 'string' },
    { name: 'leverage', type: 'string' },
    { name: 'marginMode', type: 'string' },
    { name: 'venue', type: 'string' },
    { name: 'account', type: 'string' },
    { name: 'validUntil', type: 'string' },
    { name: 'request', type: 'string' },
    { name: 'requestDigest', type: 'bytes32' },
  ],
} as const

/** The typed data of an approval. The facts must have passed `checkFacts`. */
export const approvalTypedData = (facts: ApprovalFacts): TypedData => ({
  types: approvalTypes,
  primaryType: 'LeverageApproval',
  domain: countersignDomain,
  message: {
    market: facts.market,
    leverage: facts.change,
    marginMode: facts.mode,
    venue: facts.venue,
    account: facts.subject,
    validUntil: facts.until,
    request: facts.request,
    requestDigest: digestOfFacts(facts),
  },
})

const schema = v.strictObject({
  types: anyObject,
  primaryType: v.literal('LeverageApproval'),
  domain: v.strictObject({ name: v.literal('Countersign'), version: v.literal('1') }),
  message: v.strictObject({
    market: v.string(),
    leverage: v.string(),
    marginMode: v.string(),
    venue: v.string(),
    account: v.string(),
    validUntil: v.string(),
    request: v.string(),
    requestDigest: hexBytes(32),
  }),
})

const typesSchema = v.strictObject({
  EIP712Domain: v.array(v.strictObject({ name: v.string(), type: v.string() })),
  LeverageApproval: v.array(v.strictObject({ name: v.string(), type: v.string() })),
})

type Fields = readonly { readonly name: string; readonly type: string }[]

const pairs = (fields: Fields): string => fields.map(({ name, type }) => `${type} ${name}`).join()

/** Reads an approval's typed data back, strictly, its types included. Fails with `approval.malformed` or `input.*`. */
export function readApprovalTypedData(value: unknown): Result<ApprovalFacts> {
  const read = check(schema, value)
  if (!read.ok) return read
  const types = check(typesSchema, read.value.types, 'types')
  if (!types.ok) return types
  for (const name of ['EIP712Domain', 'LeverageApproval'] as const)
    if (pairs(types.value[name]) !== pairs(approvalTypes[name]))
      return fail('approval.malformed', { field: `types.${name}`, detail: 'its fields are others.' })
  const { message } = read.value
  return checkFacts({
    market: message.market,
    change: message.leverage,
    mode: message.marginMode,
    venue: message.venue,
    subject: message.account,
    until: message.validUntil,
    request: message.request,
    digest: message.requestDigest.slice(2),
  })
}
