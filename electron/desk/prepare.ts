/**
 * Preparing a change: the venue is read, limits and rights are checked, then payload, nonce, expiry and digests are
 * fixed and written down. Nothing is signed or sent here.
 */
import { isOver } from '../../shared/deadline.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import {
  checkLimits,
  sameSetting,
  settingText,
  type LeverageSetting,
  type Market,
} from '../../shared/market.ts'
import { readPreparedRequest, recomputeDigests, type PreparedRequest } from '../../shared/prepared-request.ts'
import { acceptPrepared, readPrepared } from '../../shared/venues/compass/prepared.ts'

import type { Account, StoredRequest } from '../store/port.ts'
import type { CurrentSetting, Venue } from '../venues/port.ts'
import { checkSigner } from './permission.ts'
import type { DeskPorts } from './ports.ts'
import { findMarket, readCurrent } from './venue-reading.ts'

/** How long a prepared request can be used when nothing else is said: long enough to sign with care. */
export const defaultExpiryMs = 15 * 60_000

/** What an operator wants. */
export interface PrepareInput {
  /** Name or id of the account. */
  readonly account: string
  readonly market: string
  /** Whole leverage as a decimal string. */
  readonly leverage: string
  readonly isCross: boolean
  /** Time in ms until the venue refuses it; null for never; left out for the default where the venue has expiries. */
  readonly expiresInMs?: number | null
}

/** A prepared request with its place in the store, or the news that there is nothing to change. */
export type PrepareOutcome =
  | { readonly kind: 'prepared'; readonly stored: StoredRequest; readonly request: PreparedRequest }
  | {
      readonly kind: 'alreadySet'
      readonly account: Account
      readonly market: Market
      readonly setting: LeverageSetting
      readonly readAtMs: number
    }

interface Plan {
  readonly ports: DeskPorts
  readonly account: Account
  readonly venue: Venue
  readonly market: Market
  readonly current: CurrentSetting
  readonly wanted: LeverageSetting
  readonly input: PrepareInput
}

type Wire = PreparedRequest['wire']

/** A change of the same market that may still be applied makes another one dangerous. */
async function checkNothingUnsettled(
  { store, now }: DeskPorts,
  account: Account,
  market: Market,
): Promise<Result<null>> {
  const open = await store.requests.list({ accountId: account.id, states: ['sending', 'unknown'] })
  if (!open.ok) return open
  for (const { id, prepared } of open.value) {
    const earlier = readPreparedRequest(prepared, id)
    const harmless = earlier.ok && (earlier.value.market.id !== market.id || isOver(earlier.value, now()))
    if (!harmless) return fail('request.unsettled', { request: id, market: market.symbol })
  }
  return ok(null)
}

/** The wire fields when Countersign itself builds the payload. */
async function buildWire({ ports, account, market, wanted, input }: Plan): Promise<Result<Wire>> {
  const now = ports.now()
  const nonce = await ports.store.nonces.allocate(account.signer, account.network, now)
  if (!nonce.ok) return nonce
  const expiresInMs = input.expiresInMs === undefined ? defaultExpiryMs : input.expiresInMs
  return ok({
    action: {
      type: 'updateLeverage',
      asset: market.id,
      isCross: wanted.isCross,
      leverage: Number(wanted.leverage),
    },
    nonce: nonce.value,
    vaultAddress: account.vaultAddress,
    expiresAfter: expiresInMs === null ? null : now + expiresInMs,
  })
}

/** The wire fields when the venue builds the payload: every one of them is checked against what was asked for. */
async function fetchWire(plan: Plan): Promise<Result<Wire>> {
  const { ports, account, venue, market, wanted, current, input } = plan
  const remote = venue.remote
  if (!remote) return buildWire(plan)
  if (input.expiresInMs !== undefined && input.expiresInMs !== null) {
    return fail('request.venueCannot', { venue: venue.name, what: 'an expiry' })
  }
  if (account.vaultAddress !== null)
    return fail('request.venueCannot', { venue: venue.name, what: 'a subaccount or vault' })
  const answer = await remote.prepare(account.signer, market, wanted.leverage)
  if (!answer.ok) return answer
  const prepared = readPrepared(answer.value)
  if (!prepared.ok) return prepared
  if (prepared.value.kind === 'alreadySet') {
    const detail = `it says that nothing is to be changed, but ${settingText(current)} is set.`
    return fail('venue.refusedToPrepare', { venue: venue.name, detail })
  }
  const nowMs = ports.now()
  const accepted = acceptPrepared(prepared.value, {
    ...wanted,
    assetId: market.id,
    market: market.symbol,
    nowMs,
  })
  if (!accepted.ok) return accepted
  const { action, context } = accepted.value
  const nonce = await ports.store.nonces.claim(account.signer, account.network, context.nonce, nowMs)
  return nonce.ok ? ok({ action, ...context }) : nonce
}

async function fix(plan: Plan): Promise<Result<PrepareOutcome>> {
  const { ports, account, venue, market, current, wanted } = plan
  const position = await venue.position(account.address, market)
  if (!position.ok) return position
  const wire = await fetchWire(plan)
  if (!wire.ok) return wire
  const digests = recomputeDigests({ wire: wire.value, network: venue.network })
  const held = position.value
  const request: PreparedRequest = {
    format: 1,
    venue: venue.id,
    network: venue.network,
    origin: venue.origin,
    account: { name: account.name, address: account.address },
    signer: { address: account.signer, path: account.path },
    market: { symbol: market.symbol, id: market.id, maxLeverage: market.maxLeverage },
    from: { leverage: current.leverage, isCross: current.isCross, readAtMs: current.readAtMs },
    to: wanted,
    stake: {
      markPrice: current.markPrice,
      position: held && {
        size: held.size,
        value: held.value,
        marginUsed: held.marginUsed,
        liquidationPrice: held.liquidationPrice,
      },
    },
    wire: wire.value,
    digests,
  }
  const stored = await ports.store.requests.insertPrepared({
    id: ports.newId(),
    accountId: account.id,
    venue: venue.id,
    network: venue.network,
    prepared: request,
    digest: digests.digest,
    signer: account.signer,
    nonce: String(wire.value.nonce),
    expiresAfter: wire.value.expiresAfter === null ? null : String(wire.value.expiresAfter),
  })
  return stored.ok ? ok({ kind: 'prepared', stored: stored.value, request }) : stored
}

/**
 * Prepares a change of leverage, or finds that it is set already.
 * Fails with `request.*`, `payload.*`, `venue.*` or `store.*`; nothing was sent that changes anything.
 */
export async function prepare(ports: DeskPorts, input: PrepareInput): Promise<Result<PrepareOutcome>> {
  const account = await ports.store.accounts.get(input.account)
  if (!account.ok) return account
  const venue = ports.venueFor(account.value)
  if (!venue.ok) return venue
  const market = await findMarket(venue.value, input.market)
  if (!market.ok) return market
  const wanted: LeverageSetting = { leverage: input.leverage, isCross: input.isCross }
  const within = checkLimits(market.value, wanted)
  if (!within.ok) return within
  const unsettled = await checkNothingUnsettled(ports, account.value, market.value)
  if (!unsettled.ok) return unsettled
  const allowed = await checkSigner(venue.value, account.value)
  if (!allowed.ok) return allowed
  const current = await readCurrent(venue.value, account.value, market.value)
  if (!current.ok) return current
  if (!sameSetting(current.value, wanted)) {
    return fix({
      ports,
      account: account.value,
      venue: venue.value,
      market: market.value,
      current: current.value,
      wanted,
      input,
    })
  }
  const { readAtMs } = current.value
  const noted = await ports.store.history.append({
    kind: 'leverage.alreadySet',
    body: {
      account: account.value.address,
      venue: account.value.venue,
      market: market.value.symbol,
      ...wanted,
      readAtMs,
    },
  })
  if (!noted.ok) return noted
  return ok({ kind: 'alreadySet', account: account.value, market: market.value, setting: wanted, readAtMs })
}
