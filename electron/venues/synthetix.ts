/**
 * Synthetix over HTTP: `/v1/info` is public, `/v1/trade` takes signed requests only. An account is read with a permit
 * that its signer gave once (shared/venues/synthetix/read-permit.ts).
 */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { Json } from '../../shared/strict-json.ts'
import type { Network } from '../../shared/venues/module.ts'
import {
  positionIn,
  readSubAccount,
  settingIn,
  type SubAccount,
} from '../../shared/venues/synthetix/account.ts'
import { readResponse } from '../../shared/venues/synthetix/envelope.ts'
import { walletOf } from '../../shared/venues/synthetix/fields.ts'
import { readMarkets } from '../../shared/venues/synthetix/markets.ts'
import { readRole, type WalletRole } from '../../shared/venues/synthetix/owners.ts'
import {
  noReadPermit,
  readingBody,
  verifyReadPermit,
  type ReadPermit,
} from '../../shared/venues/synthetix/read-permit.ts'
import { settingsOf, type SynthetixSettings } from '../../shared/venues/synthetix/settings.ts'
import { version } from '../version.ts'
import { asAnswer } from './bad-answer.ts'
import { clientOf, type VenueMaker } from './environment.ts'
import {
  jsonOf,
  jsonOfAnyStatus,
  type HttpClient,
  type HttpRequest,
  type JsonReading,
} from './http-client.ts'
import { createMarketCache } from './market-cache.ts'
import type { MarketList, Signing, Venue } from './port.ts'

const name = 'Synthetix'

/** The venue's own host (Synthetix docs, general information). */
const origin = 'https://papi.synthetix.io'

/** The venue wants every request to say what sends it (Synthetix docs, general information). */
const headers = { 'user-agent': `Countersign/${version}` } as const

const post = (path: '/v1/info' | '/v1/trade', body: string): HttpRequest => ({
  method: 'POST',
  path,
  body,
  headers,
})

/** What a Synthetix venue is made of. */
interface SynthetixParts {
  readonly network: Network
  readonly client: HttpClient
  readonly settings: SynthetixSettings
  /** The permit to read the account; undefined where nobody keeps one. */
  readonly readPermit: (() => Promise<Result<ReadPermit>>) | undefined
  /** Unix milliseconds. */
  readonly now: () => number
}

interface Response extends Omit<JsonReading, 'value'> {
  readonly response: unknown
}

const denied = ({ signer, address }: Signing, detail: string) =>
  fail('request.signerNotAllowed', { signer, account: address, detail, field: 'signer' })

/** Synthetix for one account. */
function createSynthetix({ network, client, settings, readPermit, now }: SynthetixParts): Venue {
  const { subAccountId, defaultLeverage } = settings

  async function ask(request: HttpRequest): Promise<Result<Response>> {
    const reading = await client.ask(request)
    if (!reading.ok) return reading
    const { status } = reading.value
    // A refusal of any status says why; an answer that is there in part or later only (202, 206) is none.
    const json = (status >= 200 && status < 300 ? jsonOf : jsonOfAnyStatus)(reading.value, name)
    if (!json.ok) return json
    const { value, readAtMs, skewMs } = json.value
    const response = asAnswer(name, readResponse(value))
    return response.ok ? ok({ response: response.value, readAtMs, skewMs }) : response
  }

  const info = (params: Json): Promise<Result<Response>> => ask(post('/v1/info', JSON.stringify({ params })))

  async function readAllMarkets(): Promise<Result<MarketList>> {
    const reading = await info({ action: 'getMarkets' })
    if (!reading.ok) return reading
    const markets = asAnswer(name, readMarkets(reading.value.response))
    if (!markets.ok) return markets
    const { taken, leftOut } = markets.value
    return ok({ markets: taken, leftOut, readAtMs: reading.value.readAtMs })
  }

  async function readAccount(account: Hex): Promise<Result<Response & { readonly account: SubAccount }>> {
    const permit = readPermit ? await readPermit() : noReadPermit(account)
    if (!permit.ok) return permit
    const { signer } = permit.value
    const signature = verifyReadPermit(permit.value, settings, { signer, account, nowMs: now() })
    if (!signature.ok) return signature
    const reading = await ask(post('/v1/trade', readingBody(permit.value, settings, signature.value)))
    if (!reading.ok) return reading
    const read = asAnswer(name, readSubAccount(reading.value.response, subAccountId))
    return read.ok ? ok({ ...reading.value, account: read.value }) : read
  }

  async function roleOf(wallet: Hex): Promise<Result<WalletRole>> {
    const walletAddress = walletOf(wallet)
    const reading = await info({ action: 'getSubAccountIds', walletAddress, includeDelegations: true })
    return reading.ok ? asAnswer(name, readRole(reading.value.response, subAccountId)) : reading
  }

  /** Whoever signs must own the subaccount, or be a delegate of the account that owns it. */
  async function checkSigner(signing: Signing): Promise<Result<null>> {
    const { address, signer, vaultAddress } = signing
    if (vaultAddress !== null) return denied(signing, 'the venue has no vaults.')
    const owner = await roleOf(address)
    if (!owner.ok) return owner
    if (owner.value !== 'owner')
      return denied(signing, `the subaccount ${subAccountId} is not of ${address}.`)
    if (signer === address) return ok(null)
    const role = await roleOf(signer)
    if (!role.ok) return role
    return role.value === 'delegate'
      ? ok(null)
      : denied(signing, `it is no delegate of the subaccount ${subAccountId}.`)
  }

  return {
    id: 'synthetix',
    network,
    name,
    origin: client.origin,
    markets: createMarketCache(readAllMarkets),
    async current(account, { symbol }) {
      const reading = await readAccount(account)
      if (!reading.ok) return reading
      const { readAtMs, skewMs } = reading.value
      const setting = asAnswer(name, settingIn(reading.value.account, symbol, defaultLeverage))
      return setting.ok ? ok({ ...setting.value, markPrice: null, readAtMs, skewMs }) : setting
    },
    async position(account, { symbol }) {
      const reading = await readAccount(account)
      return reading.ok ? asAnswer(name, positionIn(reading.value.account, symbol, defaultLeverage)) : reading
    },
    checkSigner,
    submit: (body) => client.submit(post('/v1/trade', body)),
  }
}

/** Makes Synthetix for an account. */
export const makeSynthetix: VenueMaker = ({ network, settings: given }, environment) => {
  const settings = settingsOf(given)
  if (!settings.ok) return settings
  const client = clientOf(name, origin, environment)
  if (!client.ok) return client
  const { readPermit, now = Date.now } = environment
  return ok(createSynthetix({ network, client: client.value, settings: settings.value, readPermit, now }))
}
