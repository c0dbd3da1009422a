/**
 * Checks what a Ledger signed beside changes of leverage: approvals of agents, registrations of API keys, and
 * confirmations that one goes. Digest and body are made again from the fields, and the signature must be by the account's own Ledger.
 */
import * as v from 'valibot'
import { keyConfirmationFlaw, keyConfirmationSchema } from '../approvals/key-change.ts'
import { addressSchema, check, hexBytes, integer, isObject } from '../check.ts'
import { hashTypedData } from '../eip712/typed-data.ts'
import type { Hex } from '../hex.ts'
import { readSignature, readSignatureHex, type RecoverAddress, type Signature } from '../signature.ts'
import { createApiKeyDigest, createApiKeyQuestion } from '../venues/arcus/create-api-key.ts'
import { createApiKeyForms } from '../venues/arcus/settings.ts'
import { approveAgentBody, approveAgentTypedData } from '../venues/hyperliquid/approve-agent.ts'
import type { JsonObject } from './canonical-json.ts'
import type { Traces } from './trace.ts'

const time = integer(0, Number.MAX_SAFE_INTEGER)
const network = v.picklist(['mainnet', 'testnet'])

const agentSchema = v.strictObject({
  owner: addressSchema,
  network,
  agent: v.strictObject({ address: addressSchema, name: v.string(), validUntil: v.nullable(time) }),
  nonce: time,
  account: v.string(),
  digest: hexBytes(32),
  body: v.string(),
})

const registrationSchema = v.strictObject({
  account: v.string(),
  venue: v.literal('arcus'),
  network,
  address: addressSchema,
  name: v.string(),
  keyId: v.string(),
  validUntilMs: time,
  accountIndex: integer(0, 9),
  nonce: v.nullable(v.string()),
  form: v.picklist(createApiKeyForms),
  digest: hexBytes(32),
  signature: v.string(),
})

/** What of an account differs from what a row says of it; null when nothing does. */
function accountFlaw(accounts: Traces, id: string, expected: JsonObject): string | null {
  const fields = accounts.get(id)?.fields
  const name = Object.keys(expected).find((key) => fields?.get(key) !== expected[key])
  return name === undefined ? null : `the ${name} of its account is another.`
}

function signatureIn(body: string): Signature | null {
  try {
    const value: unknown = JSON.parse(body)
    const parts = isObject(value) ? value['signature'] : null
    if (!isObject(parts)) return null
    const signature = readSignature(parts['r'], parts['s'], parts['v'])
    return signature.ok ? signature.value : null
  } catch {
    return null
  }
}

const byAnother = 'its signature is not by the Ledger of its account.'
const otherDigest = 'its digest is not that of its fields.'

function agentFlaw(body: JsonObject, accounts: Traces, recover: RecoverAddress): string | null {
  const read = check(agentSchema, body)
  if (!read.ok) return 'the approval of its agent is malformed.'
  const { owner, agent, nonce, account, digest, body: sent } = read.value
  const other = accountFlaw(accounts, account, { signer: owner, network: read.value.network })
  if (other !== null) return other
  const approval = { ...agent, network: read.value.network, nonce }
  const right: Hex = hashTypedData(approveAgentTypedData(approval)).digest
  if (digest !== right) return otherDigest
  const signature = signatureIn(sent)
  if (signature === null || sent !== approveAgentBody(approval, signature))
    return 'what was sent is not what was signed.'
  return recover(right, signature) === owner ? null : byAnother
}

function registrationFlaw(body: JsonObject, accounts: Traces, recover: RecoverAddress): string | null {
  const read = check(registrationSchema, body)
  if (!read.ok) return 'the registration of its key is malformed.'
  const { account, form, digest, signature, address, venue, ...grant } = read.value
  const expected = { signer: address, address, venue, network: grant.network }
  const other = accountFlaw(accounts, account, expected)
  if (other !== null) return other
  const question = createApiKeyQuestion(grant, form, grant.network)
  if (!question.ok) return 'it registers what its form cannot say.'
  const right = createApiKeyDigest(question.value)
  if (digest !== right) return otherDigest
  const made = readSignatureHex(signature)
  return made.ok && recover(right, made.value) === address ? null : byAnother
}

function confirmationFlaw(body: JsonObject, accounts: Traces, recover: RecoverAddress): string | null {
  const read = check(keyConfirmationSchema, body)
  if (!read.ok) return 'the confirmation of its change is malformed.'
  const { account, venue, network, address } = read.value
  const other = accountFlaw(accounts, account, { venue, network, address })
  return other ?? keyConfirmationFlaw(read.value, accounts.get(account)?.fields.get('signer'), recover)
}

/** Checks by the kind of the row that has the signature. Each gives a sentence, or null where all is right. */
export const grantChecks: Readonly<
  Record<string, (body: JsonObject, accounts: Traces, recover: RecoverAddress) => string | null>
> = { 'agent.sending': agentFlaw, 'registration.signed': registrationFlaw, 'key.confirmed': confirmationFlaw }
