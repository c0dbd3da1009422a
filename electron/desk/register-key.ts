/** Registering an account's own API key at a venue where its Ledger does that: the key in use, or a new one made here. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { registerDays } from '../../shared/keys.ts'
import type { Account, ApiKey } from '../store/port.ts'
import { registerApiKey, type RegisteredKey } from './arcus-key.ts'
import type { World } from './world.ts'

const dayMs = 86_400_000

/** The name of the key at the venue, where another one of the same name is replaced. */
const nameAtVenue = 'countersign'

/** Which account's key is to be registered. */
export interface RegisterOwnKeyInput {
  /** Name or id of the account. */
  readonly account: string
  /** How long the venue is to take it, in days; the usual ones unless told. */
  readonly expiresInDays?: number
  /** The passphrase that seals a key that is made here. */
  readonly passphrase?: string
}

/** A key that was registered, as it is kept here. */
export interface RegisteredOwnKey {
  readonly account: Account
  readonly key: ApiKey
  readonly registered: RegisteredKey
}

/** The key in use; a new one where there is none. */
async function ownKey(
  { keys }: Pick<World, 'keys'>,
  account: Account,
  passphrase: string | undefined,
): Promise<Result<ApiKey>> {
  const present = await keys.list(account.id)
  if (!present.ok) return present
  const [key] = present.value
  if (key) return ok(key)
  const made = { account: account.id, secret: null, keyId: null, label: nameAtVenue, expiresAt: null }
  return keys.add({ ...made, ...(passphrase === undefined ? {} : { passphrase }) })
}

/** Whether the account's venue takes a key from its Ledger, asked before a key is made. */
function checkRegisters({ ports }: Pick<World, 'ports'>, account: Account): Result<null> {
  const venue = ports.venueFor(account)
  if (!venue.ok) return venue
  return venue.value.apiKeys
    ? ok(null)
    : fail('request.venueCannot', { venue: venue.value.name, what: 'a key that a Ledger registers' })
}

/**
 * Has the Ledger of an account sign the registration of its API key, and sends it once; a key is made where there is
 * none, and stays when the registration fails. Fails as `registerApiKey` and `KeyDesk.add` do.
 */
export async function registerOwnKey(
  world: Pick<World, 'ports' | 'keys'>,
  { account: name, expiresInDays = registerDays.usual, passphrase }: RegisterOwnKeyInput,
): Promise<Result<RegisteredOwnKey>> {
  const { ports } = world
  const account = await ports.store.accounts.get(name)
  if (!account.ok) return account
  const takes = checkRegisters(world, account.value)
  if (!takes.ok) return takes
  const key = await ownKey(world, account.value, passphrase)
  if (!key.ok) return key
  const registered = await registerApiKey(ports, account.value.id, {
    publicKey: key.value.keyId,
    expiresAtMs: ports.now() + expiresInDays * dayMs,
    name: nameAtVenue,
  })
  if (!registered.ok) return registered
  const { expiresAtMs, standing } = registered.value
  const facts = {
    expiresAt: new Date(expiresAtMs).toISOString(),
    permissions: standing?.permissions ?? key.value.permissions,
  }
  const kept = await ports.store.apiKeys.learn(key.value.id, facts)
  return kept.ok
    ? ok({ account: account.value, key: { ...key.value, ...facts }, registered: registered.value })
    : kept
}
