/**
 * Preparing a change: the venue is read, limits and rights are checked, then payload, nonce, expiry and digests are
 * fixed and written down. No change is signed or sent here.
 */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { canonicalDecimal } from '../../shared/decimal.ts'
import { checkLimits, sameSetting, type LeverageSetting, type Market } from '../../shared/market.ts'
import {
  readPreparedRequest,
  recomputeDigests,
  type ApprovalForm,
  type PreparedRequest,
  type UndigestedRequest,
} from '../../shared/prepared-request.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import type { Account, StoredRequest } from '../store/port.ts'
import type { CurrentSetting, Venue } from '../venues/port.ts'
import { isOver } from './over.ts'
import type { DeskPorts } from './ports.ts'
import { findMarket, readCurrent } from './venue-reading.ts'
import { wireOf, type Plan, type Wire } from './wire.ts'

/** What an operator wants. */
export interface PrepareInput {
  /** Name or id of the account. */
  readonly account: string
  readonly market: string
  /** Leverage as a decimal string; of the buy side where the two sides are set apart. */
  readonly leverage: string
  /** Leverage of the sell side, where the account sets the two sides apart; the same as `leverage` unless told. */
  readonly sellLeverage?: string
  /** Margin mode; as it is now where the venue's change does not carry it, or where it is left out. */
  readonly isCross?: boolean
  /** Time in ms until it must not be used any more; null for never; left out for the default. */
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

/** Whether what is to sign may act for the account: the Ledger's key, or the API key that the account has here. */
async function checkSigner(ports: DeskPorts, account: Account, venue: Venue): Promise<Result<null>> {
  if (rulesOf(venue.id).signedBy === 'device') return venue.checkSigner(account)
  const key = await ports.keys.of(account)
  return key.ok ? venue.checkSigner({ ...account, keyId: key.value.keyId }) : key
}

/** A change of the same market that may still be applied makes another one dangerous. */
async function checkNothingUnsettled(
  ports: DeskPorts,
  account: Account,
  market: Market,
  { skewMs }: Pick<CurrentSetting, 'skewMs'>,
): Promise<Result<null>> {
  const open = await ports.store.requests.list({
    accountId: account.id,
    states: ['signed', 'sending', 'unknown'],
  })
  if (!open.ok) return open
  for (const stored of open.value) {
    // What was signed here is sent from here only; what was signed before this copy was made may have been sent.
    if (stored.state === 'signed' && stored.frozenSince === null) continue
    const earlier = readPreparedRequest(stored.prepared, stored.id)
    const harmless =
      earlier.ok &&
      (earlier.value.market.symbol !== market.symbol ||
        (await isOver(ports, stored.id, earlier.value, skewMs)))
    if (!harmless) return fail('request.unsettled', { request: stored.id, market: market.symbol })
  }
  return ok(null)
}

const differs = (field: string, detail: string) => fail('input.badField', { field, detail })

/** What is wanted, in exact decimals, with the sides and the margin mode that the account has at the venue. */
function wantedOf(input: PrepareInput, plan: Omit<Plan, 'wanted' | 'expiresInMs'>): Result<LeverageSetting> {
  const { current, venue } = plan
  const leverage = canonicalDecimal(input.leverage) ?? input.leverage
  const sell =
    input.sellLeverage === undefined ? leverage : (canonicalDecimal(input.sellLeverage) ?? input.sellLeverage)
  const isCross = input.isCross ?? current.isCross
  if (!rulesOf(venue.id).carriesMode && isCross !== current.isCross)
    return differs('isCross', `${venue.name} changes leverage only; the margin mode stays as it is.`)
  if (current.sellLeverage !== undefined) return ok({ leverage, sellLeverage: sell, isCross })
  return sell === leverage
    ? ok({ leverage, isCross })
    : differs('sellLeverage', 'this account does not set buy and sell apart.')
}

const approvalOf = (account: Account): ApprovalForm => {
  const chosen = account.settings['approval']
  if (chosen === 'text' || chosen === 'typedData' || chosen === 'none') return chosen
  return rulesOf(account.venue).signedBy === 'apiKey' ? 'text' : 'none'
}

const settingOf = ({ leverage, sellLeverage, isCross }: LeverageSetting): LeverageSetting => ({
  leverage,
  ...(sellLeverage === undefined ? {} : { sellLeverage }),
  isCross,
})

/** The request as it is kept, read back as it will be each time. */
function fixed(
  plan: Plan,
  wire: Wire,
  position: PreparedRequest['stake']['position'],
  id: string,
): Result<PreparedRequest> {
  const { account, venue, market, current, wanted } = plan
  const request = {
    format: 1,
    venue: venue.id,
    network: venue.network,
    origin: venue.origin,
    account: { name: account.name, address: account.address },
    signer: { address: account.signer, path: account.path },
    market: { symbol: market.symbol, id: market.id, maxLeverage: market.maxLeverage },
    from: { ...settingOf(current), readAtMs: current.readAtMs, skewMs: current.skewMs },
    to: settingOf(wanted),
    stake: { markPrice: current.markPrice, position },
    approval: approvalOf(account),
    wire,
    // The wire is of the venue because the venue's own rules made it; reading it back below proves it.
  } as UndigestedRequest
  return readPreparedRequest({ ...request, digests: recomputeDigests(request) }, id)
}

async function fix(plan: Plan): Promise<Result<PrepareOutcome>> {
  const { ports, account, venue, market } = plan
  const position = await venue.position(account.address, market)
  if (!position.ok) return position
  const wire = await wireOf(plan)
  if (!wire.ok) return wire
  const held = position.value && {
    size: position.value.size,
    value: position.value.value,
    marginUsed: position.value.marginUsed,
    liquidationPrice: position.value.liquidationPrice,
  }
  const id = ports.newId()
  const request = fixed(plan, wire.value, held, id)
  if (!request.ok) return request
  const rules = rulesOf(venue.id)
  const expiresAfter = rules.expiresAfterOf(wire.value)
  const stored = await ports.store.requests.insertPrepared({
    id,
    accountId: account.id,
    venue: venue.id,
    network: venue.network,
    prepared: request.value,
    digest: request.value.digests.digest,
    signer: account.signer,
    nonce: rules.nonceOf(wire.value),
    expiresAfter: expiresAfter === null ? null : String(expiresAfter),
  })
  return stored.ok ? ok({ kind: 'prepared', stored: stored.value, request: request.value }) : stored
}

async function noteAlreadySet(
  { ports, account, market, wanted }: Plan,
  { readAtMs }: CurrentSetting,
): Promise<Result<PrepareOutcome>> {
  const noted = await ports.store.history.append({
    kind: 'leverage.alreadySet',
    body: { account: account.address, venue: account.venue, market: market.symbol, ...wanted, readAtMs },
  })
  if (!noted.ok) return noted
  return ok({ kind: 'alreadySet', account, market, setting: wanted, readAtMs })
}

/**
 * Prepares a change of leverage, or finds that it is set already.
 * Fails with `request.*`, `input.*`, `payload.*`, `secret.*`, `venue.*` or `store.*`; nothing was sent that changes
 * anything.
 */
export async function prepare(ports: DeskPorts, input: PrepareInput): Promise<Result<PrepareOutcome>> {
  const account = await ports.store.accounts.get(input.account)
  if (!account.ok) return account
  const venue = ports.venueFor(account.value)
  if (!venue.ok) return venue
  const market = await findMarket(ports, venue.value, input.market)
  if (!market.ok) return market
  const allowed = await checkSigner(ports, account.value, venue.value)
  if (!allowed.ok) return allowed
  const current = await readCurrent(venue.value, account.value, market.value)
  if (!current.ok) return current
  const unsettled = await checkNothingUnsettled(ports, account.value, market.value, current.value)
  if (!unsettled.ok) return unsettled
  const known = {
    ports,
    account: account.value,
    venue: venue.value,
    market: market.value,
    current: current.value,
  }
  const wanted = wantedOf(input, known)
  if (!wanted.ok) return wanted
  const within = checkLimits(market.value, wanted.value)
  if (!within.ok) return within
  const plan: Plan = { ...known, wanted: wanted.value, expiresInMs: input.expiresInMs }
  return sameSetting(current.value, wanted.value) ? noteAlreadySet(plan, current.value) : fix(plan)
}
