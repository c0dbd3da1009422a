/**
 * CoinSwitch PRO's HFT surface over HTTP. Its signature covers no body: it is made from method, path and time right before
 * sending, goes into a header, and is forgotten.
 */
import { isObject } from '../../shared/check.ts'
import { fail, ok } from '../../shared/errors.ts'
import {
  coinSwitchSettings,
  epochOf,
  type CoinSwitchSettings,
} from '../../shared/venues/coinswitch/settings.ts'
import { coinSwitchHeaders, coinSwitchText } from '../../shared/venues/coinswitch/signing.ts'
import { isCrossMode } from '../../shared/venues/v5/positions.ts'
import { clientOf, readSignerOf, type VenueMaker } from './environment.ts'
import type { HttpClient } from './http-client.ts'
import type { Venue } from './port.ts'
import { askSigned, createV5, type RequestSigner, type V5Parts } from './v5.ts'

const name = 'CoinSwitch'

/** The host of the HFT surface (CoinSwitch PRO API docs, HFT overview). */
const origin = 'https://dma.coinswitch.co'

/** The host of the other surfaces, where a key can be checked. */
const keysOrigin = 'https://coinswitch.co'

const keyCheckPath = '/trade/api/v2/validate/keys'

/** What a CoinSwitch venue is made of. */
interface CoinSwitchParts extends Pick<V5Parts, 'client' | 'readSigner' | 'now'> {
  /** Client of `keysOrigin`. */
  readonly keysClient: HttpClient
  readonly settings: CoinSwitchSettings
}

/** Signs with the headers of CoinSwitch, the epoch in the unit of the account. */
export function coinSwitchSigner(epochUnit: CoinSwitchSettings['epochUnit']): RequestSigner {
  return async (request, { signer, stampMs }) => {
    const epoch = epochOf(stampMs, epochUnit)
    const text = coinSwitchText({ method: request.method, path: request.path, epoch })
    if (!text.ok) return text
    const signature = await signer.sign(text.value)
    if (!signature.ok) return signature
    const headers = {
      [coinSwitchHeaders.key]: signer.keyId,
      [coinSwitchHeaders.epoch]: epoch,
      [coinSwitchHeaders.signature]: signature.value,
    }
    return ok({ ...request, headers, secrets: [signature.value] })
  }
}

/** CoinSwitch, which has no test network. */
function createCoinSwitch({ client, keysClient, settings, readSigner, now }: CoinSwitchParts): Venue {
  const signRequest = coinSwitchSigner(settings.epochUnit)
  const {
    read: _,
    time,
    ...venue
  } = createV5({
    id: 'coinswitch',
    network: 'mainnet',
    name,
    client,
    category: 'linear',
    readSigner,
    signRequest,
    // That `tradeMode` means here what it means at Bybit is inferred.
    isCross: async (tradeMode) => isCrossMode(tradeMode),
    now,
  })
  return {
    ...venue,
    async checkSigner() {
      const stampMs = await time()
      if (!stampMs.ok) return stampMs
      const reading = await askSigned(
        { name, readSigner, signRequest },
        keysClient,
        keyCheckPath,
        stampMs.value,
      )
      if (!reading.ok) return reading
      const { value } = reading.value
      if (isObject(value) && value['message'] === 'Valid Access') return ok(null)
      const detail = 'it does not say "Valid Access" of the key.'
      return fail('venue.keyRefused', { venue: name, detail })
    },
  }
}

/** Makes CoinSwitch for an account. */
export const makeCoinSwitch: VenueMaker = (account, environment) => {
  const settings = coinSwitchSettings(account.settings)
  if (!settings.ok) return settings
  const client = clientOf(name, origin, environment)
  if (!client.ok) return client
  const keysClient = clientOf(name, keysOrigin, environment)
  if (!keysClient.ok) return keysClient
  return ok(
    createCoinSwitch({
      client: client.value,
      keysClient: keysClient.value,
      settings: settings.value,
      readSigner: readSignerOf(account, environment),
      now: environment.now ?? Date.now,
    }),
  )
}
