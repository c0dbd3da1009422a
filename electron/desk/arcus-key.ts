/**
 * Registering an API key at Arcus: the owner's Ledger signs the grant, which is written down and sent once. What came of
 * it is settled by reading the keys of the account. The secret part of the key is never seen here.
 */
import { fail, failure, ok, type Result } from '../../shared/errors.ts'
import {
  checkGrant,
  createApiKeyBody,
  createApiKeyDigest,
  createApiKeyQuestion,
  type ApiKeyGrant,
  type ApiKeyQuestion,
} from '../../shared/venues/arcus/create-api-key.ts'
import {
  readCreateApiKeyAnswer,
  type RegistrationOutcome,
} from '../../shared/venues/arcus/create-api-key-answer.ts'
import { nanosecondsOf } from '../../shared/venues/arcus/signing.ts'
import { readArcusSettings, type ArcusSettings } from '../../shared/venues/arcus/settings.ts'
import { signatureToHex, type Signature } from '../../shared/signature.ts'
import type { Account } from '../store/port.ts'
import type { ApiKeyRegistry, KeyStanding, Venue } from '../venues/port.ts'
import type { DeskPorts } from './ports.ts'

/** Which key is to be registered. */
export interface RegisterKeyInput {
  /** Public part of the key, 64 lower-case hex digits. */
  readonly publicKey: string
  /** Unix ms until when it is to be valid: 1 to 180 days from now. */
  readonly expiresAtMs: number
  /** Name at the venue; a key of the same name is replaced. */
  readonly name: string
}

/** A key that the venue took. */
export interface RegisteredKey {
  readonly keyId: string
  readonly expiresAtMs: number
  /** What the venue says of it; null while it does not list it yet, which can take a moment. */
  readonly standing: KeyStanding | null
}

interface Registration {
  readonly ports: DeskPorts
  readonly account: Account
  readonly venue: Venue
  readonly registry: ApiKeyRegistry
  readonly settings: ArcusSettings
}

const readings = 5
const betweenReadingsMs = 1_000
const utf8 = new TextEncoder()

/** The account with its venue, where the Ledger of the account itself registers keys. */
async function registrationOf(ports: DeskPorts, nameOrId: string): Promise<Result<Registration>> {
  const account = await ports.store.accounts.get(nameOrId)
  if (!account.ok) return account
  const venue = ports.venueFor(account.value)
  if (!venue.ok) return venue
  const { name, signer, address } = account.value
  const { apiKeys: registry } = venue.value
  if (!registry)
    return fail('request.venueCannot', { venue: venue.value.name, what: 'a key that a Ledger registers' })
  if (signer !== address) {
    const detail = 'Arcus takes a registration only with the signature of the address itself.'
    return fail('request.signerNotAllowed', { signer, account: name, detail })
  }
  const settings = readArcusSettings(account.value.settings)
  return settings.ok
    ? ok({ ports, account: account.value, venue: venue.value, registry, settings: settings.value })
    : settings
}

/** A nonce is the time in nanoseconds (Arcus docs, `nonce`), never used before by this Ledger. */
async function nonceOf(
  { ports, account, settings }: Registration,
  nowMs: number,
): Promise<Result<string | null>> {
  if (!settings.createApiKeyNonce || settings.createApiKey === 'eip191') return ok(null)
  const ms = await ports.store.nonces.allocate(account.signer, account.network, nowMs)
  return ms.ok ? ok(nanosecondsOf(ms.value)) : ms
}

async function grantOf(registration: Registration, input: RegisterKeyInput): Promise<Result<ApiKeyGrant>> {
  const { ports, venue, settings } = registration
  const skew = (await venue.clock?.()) ?? ok(0)
  if (!skew.ok) return skew
  const nowMs = ports.now() + skew.value
  const grant = {
    name: input.name,
    keyId: input.publicKey,
    validUntilMs: input.expiresAtMs,
    accountIndex: settings.accountIndex,
    nonce: null,
  }
  const checked = checkGrant(grant, nowMs)
  if (!checked.ok) return checked
  const nonce = await nonceOf(registration, nowMs)
  return nonce.ok ? ok({ ...grant, nonce: nonce.value }) : nonce
}

async function askLedger(
  { ports, account }: Registration,
  question: ApiKeyQuestion,
): Promise<Result<Signature>> {
  const { path, signer } = account
  const ledger = await ports.openLedger(path, signer)
  if (!ledger.ok) return ledger
  try {
    return question.form === 'eip712'
      ? await ledger.value.signTypedData(path, question.typedData, signer)
      : await ledger.value.signPersonalMessage(path, utf8.encode(question.text), signer)
  } finally {
    await ledger.value.close()
  }
}

/** The Ledger's signature; what went wrong on the device is remembered. */
async function signGrant(registration: Registration, question: ApiKeyQuestion): Promise<Result<Signature>> {
  const signature = await askLedger(registration, question)
  if (signature.ok) return signature
  const { code, message } = signature.error
  const noted = await registration.ports.store.history.append({
    kind: 'device.failed',
    body: { code, message, account: registration.account.id, what: 'apiKey' },
  })
  return noted.ok ? signature : noted
}

/** What every row about the registration says. */
const about = ({ account }: Registration, grant: ApiKeyGrant) => ({
  account: account.id,
  venue: account.venue,
  network: account.network,
  address: account.address,
  ...grant,
})

/** Writes down what is about to be sent, so that nothing is granted that the history does not know. */
const noteSigned = (
  registration: Registration,
  grant: ApiKeyGrant,
  question: ApiKeyQuestion,
  signature: Signature,
) =>
  registration.ports.store.history.append({
    kind: 'registration.signed',
    body: {
      ...about(registration, grant),
      form: question.form,
      digest: createApiKeyDigest(question),
      signature: signatureToHex(signature),
    },
  })

/** Reads the keys of the account until the venue lists this one, a few times at most. */
async function awaitListed({ ports, registry }: Registration, keyId: string): Promise<KeyStanding | null> {
  for (let reading = 0; reading < readings; reading += 1) {
    if (reading > 0) await ports.wait(betweenReadingsMs)
    const standing = await registry.standing(keyId)
    if (standing.ok) return standing.value
  }
  return null
}

/** What is known in the end: an unknown outcome is settled where the venue lists exactly this grant. */
async function settle(
  registration: Registration,
  grant: ApiKeyGrant,
  outcome: RegistrationOutcome,
): Promise<Result<RegisteredKey>> {
  if (outcome.kind === 'refused' || outcome.kind === 'notSent') return { ok: false, error: outcome.failure }
  const { keyId, validUntilMs } = grant
  const standing = await awaitListed(registration, keyId)
  const matches = standing !== null && standing.expiresAtMs === validUntilMs && standing.name === grant.name
  if (outcome.kind === 'unknown' && !matches) return { ok: false, error: outcome.failure }
  return ok({ keyId, expiresAtMs: validUntilMs, standing: matches ? standing : null })
}

/** Writes down what came of it; after sending, a history that cannot be written leaves the outcome unknown. */
async function noteOutcome(
  registration: Registration,
  grant: ApiKeyGrant,
  result: Result<RegisteredKey>,
): Promise<Result<RegisteredKey>> {
  const kind = result.ok
    ? 'registration.accepted'
    : result.error.outcome === 'unknown'
      ? 'registration.unknown'
      : 'registration.refused'
  const detail = result.ok
    ? { listed: result.value.standing !== null }
    : { code: result.error.code, message: result.error.message }
  const noted = await registration.ports.store.history.append({
    kind,
    body: { ...about(registration, grant), detail },
  })
  if (noted.ok) return result
  const words = `what came of it could not be written down: ${noted.error.message}`
  return { ok: false, error: failure('answer.keyUnknown', { keyId: grant.keyId, detail: words }) }
}

/**
 * Has the Ledger of an account sign the registration of a key and sends it once. Fails with `request.*`, `input.*`,
 * `device.*`, `venue.*` or `store.*` before anything was sent, with `answer.keyRefused`, or with `answer.keyUnknown`.
 */
export async function registerApiKey(
  ports: DeskPorts,
  account: string,
  input: RegisterKeyInput,
): Promise<Result<RegisteredKey>> {
  const registration = await registrationOf(ports, account)
  if (!registration.ok) return registration
  const { settings, registry, venue } = registration.value
  const grant = await grantOf(registration.value, input)
  if (!grant.ok) return grant
  const question = createApiKeyQuestion(grant.value, settings.createApiKey, venue.network)
  if (!question.ok) return question
  const signature = await signGrant(registration.value, question.value)
  if (!signature.ok) return signature
  const noted = await noteSigned(registration.value, grant.value, question.value, signature.value)
  if (!noted.ok) return noted
  const { address } = registration.value.account
  const answer = await registry.register(createApiKeyBody(grant.value, address, signature.value))
  const outcome = readCreateApiKeyAnswer(answer, grant.value, address)
  return noteOutcome(registration.value, grant.value, await settle(registration.value, grant.value, outcome))
}
