/** The payload of a change: made here from what was asked for, or by the venue and then checked field by field. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { settingText, type LeverageSetting, type Market } from '../../shared/market.ts'
import { acceptPrepared, readPrepared } from '../../shared/venues/compass/prepared.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import type { Wires } from '../../shared/venues/wires.ts'
import type { Account } from '../store/port.ts'
import type { CurrentSetting, RemotePreparation, Venue } from '../venues/port.ts'
import type { DeskPorts } from './ports.ts'

/** How long a prepared request can be used when nothing else is said: long enough to sign with care. */
export const defaultExpiryMs = 15 * 60_000

/** A change whose payload is to be fixed. */
export interface Plan {
  readonly ports: DeskPorts
  readonly account: Account
  readonly venue: Venue
  readonly market: Market
  readonly current: CurrentSetting
  readonly wanted: LeverageSetting
  /** Time in ms until it must not be used any more; null for never; undefined for the default. */
  readonly expiresInMs: number | null | undefined
}

/** The wire fields of any venue. */
export type Wire = Wires[keyof Wires]

/** Whose nonces these are: the Ledger's key, or the API key that signs in its place. */
async function buildWire(plan: Plan): Promise<Result<Wire>> {
  const { ports, account, venue, market, current, wanted } = plan
  const rules = rulesOf(venue.id)
  const now = ports.now()
  const key = rules.signedBy === 'apiKey' ? await ports.keys.of(account) : ok({ keyId: '' })
  if (!key.ok) return key
  const nonce =
    rules.signedBy === 'device'
      ? await ports.store.nonces.allocate(account.signer, account.network, now)
      : ok(0)
  if (!nonce.ok) return nonce
  const expiresInMs = plan.expiresInMs === undefined ? defaultExpiryMs : plan.expiresInMs
  return rules.buildWire({
    account,
    network: venue.network,
    market,
    from: current,
    to: wanted,
    nonce: nonce.value,
    expiresAfter: expiresInMs === null ? null : now + expiresInMs,
    keyId: key.value.keyId,
  })
}

/** The wire fields when the venue builds the payload: every one of them is checked against what was asked for. */
async function fetchWire(plan: Plan, remote: RemotePreparation): Promise<Result<Wire>> {
  const { ports, account, venue, market, wanted, current, expiresInMs } = plan
  if (expiresInMs !== undefined && expiresInMs !== null)
    return fail('request.venueCannot', { venue: venue.name, what: 'an expiry' })
  if (account.vaultAddress !== null)
    return fail('request.venueCannot', { venue: venue.name, what: 'a subaccount or vault' })
  if (market.id === null)
    return fail('venue.badAnswer', { venue: venue.name, detail: `it has no number for ${market.symbol}.` })
  const answer = await remote.prepare(account.signer, market, wanted.leverage)
  if (!answer.ok) return answer
  const prepared = readPrepared(answer.value)
  if (!prepared.ok) return prepared
  if (prepared.value.kind === 'alreadySet') {
    const detail = `it says that nothing is to be changed, but ${settingText(current)} is set.`
    return fail('venue.refusedToPrepare', { venue: venue.name, detail })
  }
  const nowMs = ports.now()
  const { leverage, isCross } = wanted
  const asked = { leverage, isCross, assetId: market.id, market: market.symbol, nowMs }
  const accepted = acceptPrepared(prepared.value, asked)
  if (!accepted.ok) return accepted
  const { action, context } = accepted.value
  const nonce = await ports.store.nonces.claim(account.signer, account.network, context.nonce, nowMs)
  return nonce.ok ? ok({ action, ...context }) : nonce
}

/** Fixes the payload of a change. Fails with `request.*`, `payload.*`, `secret.*`, `venue.*` or `store.*`. */
export const wireOf = (plan: Plan): Promise<Result<Wire>> =>
  plan.venue.remote ? fetchWire(plan, plan.venue.remote) : buildWire(plan)
