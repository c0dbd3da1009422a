/**
 * What the practice venue knows of a newcomer's accounts: API keys that everybody knows, and the subaccount of an
 * address. All of it opens accounts of the practice venue and nothing else, and a real desk refuses it.
 */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import type { ApiKey } from '../store/port.ts'
import { practiceOnlyArcusKey } from '../venues/practice/arcus-state.ts'
import { synthetixSubAccountOf } from '../venues/practice/synthetix-state.ts'
import { practiceOnlyBybitKey, practiceOnlyCoinSwitchKey } from '../venues/practice/v5-state.ts'
import type { World } from './world.ts'

const keys: { readonly [id in VenueId]?: { readonly keyId: string; readonly secret: string } } = {
  coinswitch: { keyId: practiceOnlyCoinSwitchKey.keyId, secret: practiceOnlyCoinSwitchKey.seed },
  bybit: practiceOnlyBybitKey,
  arcus: { keyId: practiceOnlyArcusKey.keyId, secret: practiceOnlyArcusKey.seed },
}

/** Which account gets the key that the practice venue knows. */
export interface PracticeKeyInput {
  /** Name or id of the account. */
  readonly account: string
  /** The passphrase that seals it; the keyring, or the one that is kept, where it is left out. */
  readonly passphrase?: string
}

/**
 * Adds the key that the practice venue knows, or puts it in the place of the one in use. Fails with
 * `session.notPractice` at a real desk, with `request.unknownAccount`, `secret.*` or `store.*`; nothing is sent.
 */
export async function addPracticeKey(
  world: Pick<World, 'mode' | 'ports' | 'keys'>,
  { account: name, passphrase }: PracticeKeyInput,
): Promise<Result<ApiKey>> {
  if (world.mode !== 'practice') return fail('session.notPractice')
  const account = await world.ports.store.accounts.get(name)
  if (!account.ok) return account
  const { id, venue } = account.value
  const known = keys[venue]
  if (!known) return fail('secret.notNeeded', { account: account.value.name, venue })
  const present = await world.keys.list(id)
  if (!present.ok) return present
  return world.keys[present.value.length > 0 ? 'rotate' : 'add']({
    account: id,
    secret: Buffer.from(known.secret),
    keyId: known.keyId,
    label: 'practice',
    expiresAt: null,
    ...(passphrase === undefined ? {} : { passphrase }),
  })
}

/**
 * The id of the subaccount that an address has at the practice Synthetix; null where it has none. Fails with
 * `session.notPractice` at a real desk.
 */
export function practiceSubAccount(
  { mode, venue }: Pick<World, 'mode' | 'venue'>,
  owner: Hex,
): Result<string | null> {
  if (mode !== 'practice') return fail('session.notPractice')
  const address = lower(owner)
  return ok(!venue || venue.state.accounts[address]?.role === 'user' ? synthetixSubAccountOf(address) : null)
}
