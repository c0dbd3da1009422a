/** Bybit over HTTP. Its signature covers time, key, window and the exact bytes of the body or query. */
import { ok, type Result } from '../../shared/errors.ts'
import { isCrossAt, readBybitAccount } from '../../shared/venues/bybit/account.ts'
import { checkBybitKey, readBybitKey, type BybitKey } from '../../shared/venues/bybit/api-keys.ts'
import { bybitSettings, type BybitSettings } from '../../shared/venues/bybit/settings.ts'
import { bybitHeaders, bybitText } from '../../shared/venues/bybit/signing.ts'
import type { Network } from '../../shared/venues/module.ts'
import { asAnswer } from './bad-answer.ts'
import { clientOf, readSignerOf, type VenueMaker } from './environment.ts'
import type { KeySigner, Venue } from './port.ts'
import { createV5, type RequestSigner, type V5Parts } from './v5.ts'

const name = 'Bybit'

/** Bybit's test network (Bybit V5 docs, guide). */
const testnetOrigin = 'https://api-testnet.bybit.com'

/** The host of an account. */
const originOf = (network: Network, { host }: BybitSettings): string =>
  network === 'testnet' ? testnetOrigin : `https://${host}`

/** What a Bybit venue is made of. */
interface BybitParts extends Pick<V5Parts, 'client' | 'readSigner' | 'now' | 'network'> {
  readonly settings: BybitSettings
}

const queryOf = (path: string): string => (path.includes('?') ? path.slice(path.indexOf('?') + 1) : '')

/** Signs with the headers of Bybit. */
export function bybitSigner(recvWindowMs: number): RequestSigner {
  return async (request, { signer, stampMs }) => {
    const timestamp = String(stampMs)
    const recvWindow = String(recvWindowMs)
    const payload = request.method === 'POST' ? request.body : queryOf(request.path)
    const text = bybitText({ timestamp, keyId: signer.keyId, recvWindow, payload })
    const signature = await signer.sign(text)
    if (!signature.ok) return signature
    const headers = {
      [bybitHeaders.key]: signer.keyId,
      [bybitHeaders.timestamp]: timestamp,
      [bybitHeaders.recvWindow]: recvWindow,
      [bybitHeaders.signature]: signature.value,
    }
    return ok({ ...request, headers, secrets: [signature.value] })
  }
}

/** Bybit on one network. */
function createBybit({ client, settings, network, readSigner, now }: BybitParts): Venue {
  const { category, recvWindowMs } = settings
  const {
    read,
    time: _,
    ...venue
  } = createV5({
    id: 'bybit',
    network,
    name,
    client,
    category,
    readSigner,
    signRequest: bybitSigner(recvWindowMs),
    async isCross(tradeMode, read): Promise<Result<boolean>> {
      const reading = await read('/v5/account/info')
      if (!reading.ok) return reading
      const account = asAnswer(name, readBybitAccount(reading.value.result))
      return account.ok ? isCrossAt(account.value, tradeMode, category) : account
    },
    now,
  })
  /** What Bybit says of a key that may set leverage; the account's key unless told. */
  async function standing(signer?: KeySigner): Promise<Result<BybitKey>> {
    const reading = await read('/v5/user/query-api', signer)
    if (!reading.ok) return reading
    const key = asAnswer(name, readBybitKey(reading.value.result))
    if (!key.ok) return key
    const allowed = checkBybitKey(key.value, reading.value.keyId, now())
    return allowed.ok ? key : allowed
  }
  return {
    ...venue,
    async checkSigner() {
      const key = await standing()
      return key.ok ? ok(null) : key
    },
    async checkKey(signer) {
      const key = await standing(signer)
      if (!key.ok) return key
      const { expiresAt, permissions } = key.value
      return ok({ expiresAt, permissions })
    },
  }
}

/** Makes Bybit for an account. */
export const makeBybit: VenueMaker = (account, environment) => {
  const { network } = account
  const settings = bybitSettings(account.settings)
  if (!settings.ok) return settings
  const client = clientOf(name, originOf(network, settings.value), environment)
  if (!client.ok) return client
  return ok(
    createBybit({
      client: client.value,
      network,
      settings: settings.value,
      readSigner: readSignerOf(account, environment),
      now: environment.now ?? Date.now,
    }),
  )
}
