/**
 * Arcus over HTTP. Reading needs no key; a change is signed by the account's sealed key in the moment of sending, over a
 * time that was never used before. The index of the account is named in every question: left out, the venue takes 0.
 */
import { failure, ok, type Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import { readLeverage, readPosition } from '../../shared/venues/arcus/account.ts'
import { readKeyStanding } from '../../shared/venues/arcus/api-keys.ts'
import { readArcusMarkets } from '../../shared/venues/arcus/markets.ts'
import { readArcusSettings, type ArcusSettings } from '../../shared/venues/arcus/settings.ts'
import { nanosecondsOf, signedHeaders, signingText } from '../../shared/venues/arcus/signing.ts'
import { readTime } from '../../shared/venues/arcus/time.ts'
import type { Network } from '../../shared/venues/module.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import { asAnswer } from './bad-answer.ts'
import { clientOf, type VenueMaker } from './environment.ts'
import type { HttpClient } from './http-client.ts'
import { createMarketCache } from './market-cache.ts'
import type { KeyedSending, KeyStanding, MarketList, Venue } from './port.ts'

const name = 'Arcus'

/** The venue's own hosts (Arcus docs, `servers`). */
const origins: Readonly<Record<Network, string>> = {
  mainnet: 'https://api.arcus.xyz',
  testnet: 'https://api.testnet.arcus.xyz',
}

/** What an Arcus venue is made of. */
interface ArcusParts {
  readonly network: Network
  readonly client: HttpClient
  /** Whose accounts they are, lower case. */
  readonly address: Hex
  readonly settings: ArcusSettings
  /** Unix ms of this machine's clock. */
  readonly now: () => number
}

const notSent = (lost: string): HttpAnswer => ({ status: null, body: '', lost, sent: false })

/** Signs and sends a change, once. */
async function submitSigned(
  { client, address }: ArcusParts,
  body: string,
  { signer, stampMs }: KeyedSending,
): Promise<HttpAnswer> {
  const timestamp = nanosecondsOf(stampMs)
  const signature = await signer.sign(signingText(timestamp, body))
  if (!signature.ok) return notSent(signature.error.message)
  return client.submit({
    method: 'POST',
    path: `/v1/setLeverage?address=${address}`,
    body,
    headers: signedHeaders(signer.keyId, timestamp, signature.value),
    secrets: [signature.value],
  })
}

/** The venue's clock minus this machine's, taken in the middle of asking. */
async function readClock({ client, now }: ArcusParts): Promise<Result<number>> {
  const askedAtMs = now()
  const reading = await client.read({ method: 'GET', path: '/v1/time' })
  if (!reading.ok) return reading
  const time = asAnswer(name, readTime(reading.value.value))
  return time.ok ? ok(Math.round(time.value - (askedAtMs + reading.value.readAtMs) / 2)) : time
}

/** Arcus on one network, for the accounts of one address. */
function createArcus(parts: ArcusParts): Venue {
  const { network, client, address, settings, now } = parts
  const { accountIndex } = settings
  const read = (path: string, of: Hex) =>
    client.read({ method: 'GET', path: `${path}?address=${of}&accountIndex=${accountIndex}` })

  async function readAllMarkets(): Promise<Result<MarketList>> {
    const reading = await client.read({ method: 'GET', path: '/v1/markets' })
    if (!reading.ok) return reading
    const markets = asAnswer(name, readArcusMarkets(reading.value.value))
    if (!markets.ok) return markets
    const { taken, leftOut } = markets.value
    return ok({ markets: taken, leftOut, readAtMs: reading.value.readAtMs })
  }

  async function standing(keyId: string): Promise<Result<KeyStanding>> {
    const reading = await client.read({ method: 'GET', path: `/v1/apiKeys?address=${address}` })
    if (!reading.ok) return reading
    const nowMs = now() + (reading.value.skewMs ?? 0)
    return asAnswer(name, readKeyStanding(reading.value.value, { keyId, address, accountIndex, nowMs }))
  }

  return {
    id: 'arcus',
    network,
    name,
    origin: client.origin,
    markets: createMarketCache(readAllMarkets),
    async current(account, { id }) {
      const of = lower(account)
      const reading = await read('/v1/leverages', of)
      if (!reading.ok) return reading
      const { value, readAtMs, skewMs } = reading.value
      const setting = asAnswer(name, readLeverage(value, { address: of, accountIndex }, id ?? -1))
      return setting.ok ? ok({ ...setting.value, markPrice: null, readAtMs, skewMs }) : setting
    },
    async position(account, { id }) {
      const of = lower(account)
      const reading = await read('/v1/positions', of)
      return reading.ok
        ? asAnswer(name, readPosition(reading.value.value, { address: of, accountIndex }, id ?? -1))
        : reading
    },
    async checkSigner({ keyId }) {
      if (keyId === undefined) return { ok: false, error: failure('secret.none', { account: address }) }
      const key = await standing(keyId)
      return key.ok ? ok(null) : key
    },
    async checkKey({ keyId }) {
      const key = await standing(keyId)
      if (!key.ok) return key
      const { expiresAtMs, permissions } = key.value
      return ok({ expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(), permissions })
    },
    clock: () => readClock(parts),
    submit: (body, keyed) =>
      keyed
        ? submitSigned(parts, body, keyed)
        : Promise.resolve(notSent('Arcus takes nothing that no API key signed.')),
    apiKeys: {
      standing,
      register: (body) => client.submit({ method: 'POST', path: '/v1/createApiKey', body }),
    },
  }
}

/** Makes Arcus for an account. */
export const makeArcus: VenueMaker = ({ network, address, settings: given }, environment) => {
  const settings = readArcusSettings(given)
  if (!settings.ok) return settings
  const client = clientOf(name, origins[network], environment)
  if (!client.ok) return client
  const { now = Date.now } = environment
  return ok(createArcus({ network, client: client.value, address, settings: settings.value, now }))
}
