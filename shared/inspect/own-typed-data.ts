/**
 * The typed data that Countersign has a Ledger sign beside changes of leverage: approvals of agents, permits to read,
 * grants of API keys, heads of a history. Each is read strictly, made anew from what was read, and said in words.
 */
import * as v from 'valibot'
import { addressSchema, check, hexBytes, integer, isObject } from '../check.ts'
import { timeText } from '../deadline.ts'
import { hashTypedData, type TypedData } from '../eip712/typed-data.ts'
import { fail, ok, type Result } from '../errors.ts'
import { historyHeadTypedData } from '../history/ledger-head.ts'
import { lower } from '../hex.ts'
import { shownName } from '../listed.ts'
import { arcusChainIds, createApiKeyTypedData, type ApiKeyGrant } from '../venues/arcus/create-api-key.ts'
import { approveAgentTypedData } from '../venues/hyperliquid/approve-agent.ts'
import type { Network } from '../venues/module.ts'
import { subAccountIdSchema } from '../venues/synthetix/fields.ts'
import { permittedAction } from '../venues/synthetix/read-permit.ts'
import { subAccountActionTypedData } from '../venues/synthetix/typed-data.ts'
import type { InspectedDigests } from './finding.ts'
import type { InspectVenue, PayloadKind } from './input.ts'

/** What one of them is and does. */
export interface OwnPayload {
  readonly kind: PayloadKind
  readonly venue: InspectVenue | null
  readonly network: Network | null
  /** What signing it does, in one sentence that begins with a verb. */
  readonly does: string
  readonly digests: InspectedDigests
}

const wholeText = v.pipe(
  v.union([v.string(), v.number()], 'it must be a whole number.'),
  v.transform(String),
  v.regex(/^(0|[1-9]\d{0,77})$/, 'it must be a whole number.'),
)
const shortText = v.pipe(v.string(), v.maxLength(100))
const latestDate = 8.64e15
const until = (ms: number): string => (ms <= latestDate ? `until ${timeText(ms)}` : 'without an end')

/** A schema of typed data that has exactly the domain and the types of a model. */
function schemaOf<M extends v.GenericSchema>(model: TypedData, message: M, chainId?: v.GenericSchema) {
  const literals = Object.entries(model.domain).map(
    ([name, value]) => [name, name === 'chainId' && chainId ? chainId : v.literal(value as string)] as const,
  )
  const fields = (struct: string) =>
    v.strictTuple(
      (model.types[struct] ?? []).map(({ name, type }) =>
        v.strictObject({ name: v.literal(name), type: v.literal(type) }),
      ),
    )
  return v.strictObject({
    domain: v.strictObject(Object.fromEntries(literals)),
    types: v.strictObject({
      EIP712Domain: v.optional(fields('EIP712Domain')),
      [model.primaryType]: fields(model.primaryType),
    }),
    primaryType: v.literal(model.primaryType),
    message,
  })
}

type Fields = Readonly<Record<string, unknown>>

const made = (typedData: TypedData): InspectedDigests => ({ connectionId: null, ...hashTypedData(typedData) })

/** What approving an agent does, in words. `agentName` is as it is signed, with its expiry in it. */
export function agentWords(address: string, agentName: string, network: Network): string {
  const [, name = agentName, end] = /^(.*) valid_until (\d{1,16})$/.exec(agentName) ?? []
  const span = end === undefined ? 'until another one takes its place' : until(Number(end))
  const called = name === '' ? 'without a name' : `named "${shownName(name)}"`
  return `lets the agent ${address}, ${called}, trade for the account that signs this, on ${network}, ${span}`
}

function readAgent(payload: Fields): Result<OwnPayload> {
  const model = { address: '0x', name: '', validUntil: null, network: 'mainnet', nonce: 0 } as const
  const message = v.strictObject({
    hyperliquidChain: v.picklist(['Mainnet', 'Testnet']),
    agentAddress: addressSchema,
    agentName: shortText,
    nonce: integer(0, Number.MAX_SAFE_INTEGER),
  })
  const read = check(schemaOf(approveAgentTypedData(model), message, integer(1, 2 ** 48)), payload)
  if (!read.ok) return read
  const { hyperliquidChain, agentAddress, agentName, nonce } = read.value.message
  const chainId = (read.value.domain as { readonly chainId: number }).chainId
  const network: Network = hyperliquidChain === 'Mainnet' ? 'mainnet' : 'testnet'
  const approval = { address: lower(agentAddress), name: agentName, validUntil: null, network, nonce }
  return ok({
    kind: 'approveAgent',
    venue: 'hyperliquid',
    network,
    does: agentWords(agentAddress, agentName, network),
    digests: made(approveAgentTypedData(approval, chainId)),
  })
}

function readPermit(payload: Fields): Result<OwnPayload> {
  const { message } = payload
  const nonced = isObject(message) && Object.hasOwn(message, 'nonce')
  const model = { subAccountId: '1', action: '', nonce: nonced ? '1' : null, expiresAfter: '0' }
  const fields = v.strictObject({
    subAccountId: v.pipe(wholeText, subAccountIdSchema),
    action: shortText,
    nonce: v.exactOptional(wholeText),
    expiresAfter: wholeText,
  })
  const read = check(schemaOf(subAccountActionTypedData(model), fields), payload)
  if (!read.ok) return read
  const { subAccountId, action, nonce = null, expiresAfter } = read.value.message
  if (action !== permittedAction) {
    const detail = `it lets the subaccount be asked for "${shownName(action)}" at Synthetix.`
    return fail('payload.notLeverageChange', { field: 'message.action', detail })
  }
  const end = Number(expiresAfter)
  const endMs = end < 100_000_000_000 ? end * 1000 : end
  return ok({
    kind: 'readPermit',
    venue: 'synthetix',
    network: null,
    does: `lets whoever holds the signature read the subaccount ${subAccountId} (${action}) ${end === 0 ? 'without an end' : until(endMs)}; it changes nothing`,
    digests: made(subAccountActionTypedData({ subAccountId, action, nonce, expiresAfter })),
  })
}

/** What registering an API key does, in words. */
export const grantWords = ({ name, keyId, validUntilMs, accountIndex }: ApiKeyGrant): string =>
  `lets the API key ${keyId}, named "${shownName(name)}", trade for account ${accountIndex} of the address that signs this, ${until(validUntilMs)}`

function readGrant(payload: Fields): Result<OwnPayload> {
  const { message, domain } = payload
  const has = (name: string) => isObject(message) && Object.hasOwn(message, name)
  const [nonced, indexed] = [has('nonce'), has('accountIndex')]
  const isTestnet = isObject(domain) && domain['chainId'] === arcusChainIds.testnet
  const network: Network = isTestnet ? 'testnet' : 'mainnet'
  const model = {
    name: '',
    keyId: '',
    validUntilMs: 1,
    accountIndex: indexed ? 1 : 0,
    nonce: nonced ? '' : null,
  }
  const fields = v.strictObject({
    apiWalletName: shortText,
    apiWalletPublicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'it must be 64 lower-case hex digits.')),
    validUntil: wholeText,
    nonce: v.exactOptional(shortText),
    accountIndex: v.exactOptional(integer(1, 9)),
  })
  const read = check(schemaOf(createApiKeyTypedData(model, network), fields), payload)
  if (!read.ok) return read
  const { apiWalletName, apiWalletPublicKey, validUntil, nonce = null, accountIndex = 0 } = read.value.message
  const validUntilMs = Number(validUntil)
  if (!Number.isSafeInteger(validUntilMs))
    return fail('input.badField', { field: 'message.validUntil', detail: 'it must be a time in ms.' })
  const grant = { name: apiWalletName, keyId: apiWalletPublicKey, validUntilMs, accountIndex, nonce }
  return ok({
    kind: 'keyRegistration',
    venue: 'arcus',
    network,
    does: grantWords(grant),
    digests: made(createApiKeyTypedData(grant, network)),
  })
}

function readHead(payload: Fields): Result<OwnPayload> {
  const model = { count: '1', root: '0x', time: '' } as const
  const fields = v.strictObject({
    count: v.pipe(v.string(), v.regex(/^[1-9]\d{0,15}$/, 'it must be a whole number in text.')),
    root: hexBytes(32),
    time: shortText,
  })
  const read = check(schemaOf(historyHeadTypedData(model), fields), payload)
  if (!read.ok) return read
  const { count, root, time } = read.value.message
  return ok({
    kind: 'historyHead',
    venue: null,
    network: null,
    does: `says that a history of Countersign had ${count} rows with the root ${root} at ${shownName(time)}; it changes nothing at a venue`,
    digests: made(historyHeadTypedData({ count, root, time })),
  })
}

const readers: Readonly<Record<string, (payload: Fields) => Result<OwnPayload>>> = {
  'HyperliquidTransaction:ApproveAgent': readAgent,
  SubAccountAction: readPermit,
  CreateApiKey: readGrant,
  HistoryHead: readHead,
}

/** The reader of typed data that Countersign has a Ledger sign; null for other typed data. It fails with `input.*`. */
export function ownTypedDataReader({
  primaryType,
}: Fields): ((payload: Fields) => Result<OwnPayload>) | null {
  return typeof primaryType === 'string' && Object.hasOwn(readers, primaryType)
    ? (readers[primaryType] ?? null)
    : null
}
