/** `countersign keys list`, `add`, `rotate`, `remove` and `test`. */
import { commandText } from '../../../shared/advice.ts'
import { fail, ok, type Result } from '../../../shared/errors.ts'
import {
  keyKindOf,
  keyLifeOf,
  neededPermissions,
  tellsPermissions,
  unneededPermissions,
} from '../../../shared/keys.ts'
import type { KeyInput } from '../../desk/key-input.ts'
import type { Account, ApiKey } from '../../store/port.ts'
import { runWithDesk, type Context } from '../context.ts'
import { askHidden, hasKeyboard, readSecretFile } from '../hidden-input.ts'
import type { DeskOptions } from '../options.ts'
import { choosePassphrase, passphraseFileOf, readPassphrase } from '../passphrase.ts'

/** Options of `keys add` and `keys rotate`. */
export interface KeyOptions extends DeskOptions {
  readonly generate?: boolean
  readonly secretFile?: string
  readonly keyId?: string
  readonly label?: string
  readonly expires?: string
}

const until = ({ expiresAt, permissions }: ApiKey, nowMs: number): string => {
  // A venue that told what a key may do was asked about its end as well.
  if (expiresAt === null) return permissions === null ? 'no end known' : 'no end told'
  const words = { over: `ended ${expiresAt}`, ending: `ends soon: ${expiresAt}`, good: `until ${expiresAt}` }
  const life = keyLifeOf(expiresAt, nowMs)
  return life === 'endless' ? '' : words[life]
}

function may({ venue, permissions }: ApiKey): string {
  if (permissions !== null) return `may: ${permissions.join(', ') || 'nothing'}`
  return tellsPermissions(venue) ? 'may: told when it is tested' : 'may: not told by the venue'
}

const line = (key: ApiKey, account: string, nowMs: number): string =>
  [
    account.padEnd(16),
    `${key.venue} ${key.keyId}`,
    ...(key.label === '' ? [] : [`"${key.label}"`]),
    until(key, nowMs),
    may(key),
    `sealed by ${key.sealedBy === 'keyring' ? 'the keyring' : 'the passphrase'}`,
  ].join('  ')

/** Says of a key that may do more than it needs to what that is; programs read it in the key's permissions. */
function warn({ output }: Context, { venue, permissions }: ApiKey, account: string): void {
  const unneeded = unneededPermissions(venue, permissions)
  if (unneeded.length === 0) return
  output.say(`The API key of ${account} may do more than it needs to: ${unneeded.join(', ')}.`)
  output.say(
    `Whoever got hold of it could do that too. Make one that may only do ${neededPermissions(venue)[0] ?? 'less'}, and put it in its place with "countersign keys rotate ${account}".`,
  )
}

/** Tells a key, and programs the whole of what is public of it. */
async function tell(context: Context, key: ApiKey, said: string): Promise<Result<null>> {
  const { ports, output } = context
  const account = await ports.store.accounts.get(key.accountId)
  if (!account.ok) return account
  output.result({ key })
  output.say(`${said} ${line(key, account.value.name, ports.now())}`)
  warn(context, key, account.value.name)
  return ok(null)
}

/** The pasted secret: null for one that is made here. */
async function secretOf({ generate, secretFile }: KeyOptions): Promise<Result<Buffer | null>> {
  if (generate === true) return ok(null)
  if (secretFile !== undefined) return readSecretFile(secretFile)
  return hasKeyboard() ? ok(Buffer.from(await askHidden('Secret of the API key: '))) : readSecretFile('-')
}

const readsStandardInput = ({
  generate,
  secretFile = hasKeyboard() ? undefined : '-',
}: KeyOptions): boolean => generate !== true && secretFile === '-'

const expiryOf = ({ expires }: KeyOptions): Result<string | null> => {
  if (expires === undefined) return ok(null)
  const ms = /^\d{4}-\d{2}-\d{2}/.test(expires) ? Date.parse(expires) : Number.NaN
  return Number.isNaN(ms)
    ? fail('input.usage', { detail: `--expires "${expires}" is not a time such as 2026-12-31T12:00:00Z.` })
    : ok(new Date(ms).toISOString())
}

async function inputOf({ keys }: Context, name: string, options: KeyOptions): Promise<Result<KeyInput>> {
  const expiresAt = expiryOf(options)
  if (!expiresAt.ok) return expiresAt
  if (passphraseFileOf(options) === '-' && readsStandardInput(options))
    return fail('input.usage', {
      detail: 'The secret and the passphrase cannot both come from standard input.',
    })
  const sealing = await keys.sealing()
  if (!sealing.ok) return sealing
  const secret = await secretOf(options)
  if (!secret.ok) return secret
  const passphrase = await (sealing.value.passphrase ? readPassphrase(options) : choosePassphrase(options))
  if (!passphrase.ok) {
    secret.value?.fill(0)
    return passphrase
  }
  const { keyId = null, label = '' } = options
  const facts = { account: name, keyId, label, expiresAt: expiresAt.value }
  return ok({ ...facts, secret: secret.value, passphrase: passphrase.value })
}

/** Told before anything secret is asked for. */
function checkTakesKey({ name, venue }: Account, { generate }: KeyOptions): Result<null> {
  const kind = keyKindOf(venue)
  if (kind === null) return fail('secret.notNeeded', { account: name, venue })
  return generate === true && kind !== 'ed25519'
    ? fail('input.usage', { detail: `--generate is not for ${venue}, which makes its keys itself.` })
    : ok(null)
}

async function keep(
  context: Context,
  name: string,
  options: KeyOptions,
  how: 'add' | 'rotate',
): Promise<Result<null>> {
  const { keys, ports, output } = context
  const account = await ports.store.accounts.get(name)
  if (!account.ok) return account
  const takes = checkTakesKey(account.value, options)
  if (!takes.ok) return takes
  const input = await inputOf(context, name, options)
  if (!input.ok) return input
  if (how === 'rotate')
    output.note('Confirm on the Ledger of the account that the new key takes the place of the old one.')
  const key = await keys[how](input.value)
  if (!key.ok) return key
  const told = await tell(context, key.value, how === 'add' ? 'Added:' : 'In its place now:')
  if (options.generate === true)
    output.say(`Register this public key at ${key.value.venue} before you use it: ${key.value.keyId}`)
  if (how === 'rotate') output.say('The old key stays good at the venue until you revoke it there.')
  output.say(`Next: "${commandText('keys test', name)}"`)
  return told
}

/** Lists the keys in use. */
export const listKeys = (options: DeskOptions, name: string | undefined): Promise<void> =>
  runWithDesk(options, async (context): Promise<Result<null>> => {
    const { keys, ports, output } = context
    const found = await keys.list(name)
    if (!found.ok) return found
    const accounts = await ports.store.accounts.list()
    if (!accounts.ok) return accounts
    const names = new Map(accounts.value.map((account) => [account.id, account.name]))
    output.result({ keys: found.value })
    for (const key of found.value) {
      const account = names.get(key.accountId) ?? ''
      output.say(line(key, account, ports.now()))
      warn(context, key, account)
    }
    if (found.value.length === 0)
      output.say('There are no API keys here. Add one with "countersign keys add".')
    return ok(null)
  })

/** Adds a key. */
export const runAddKey = (options: KeyOptions, name: string): Promise<void> =>
  runWithDesk(options, (context) => keep(context, name, options, 'add'))

/** Puts a key in the place of the one in use. */
export const runRotateKey = (options: KeyOptions, name: string): Promise<void> =>
  runWithDesk(options, (context) => keep(context, name, options, 'rotate'))

/** Forgets a key. */
export const runRemoveKey = (options: DeskOptions, name: string): Promise<void> =>
  runWithDesk(options, async (context): Promise<Result<null>> => {
    const { keys, output } = context
    output.note('Confirm on the Ledger of the account that this key is removed.')
    let key = await keys.remove(name)
    if (!key.ok && key.error.code === 'secret.unconfirmed') {
      const passphrase = await readPassphrase(options)
      if (!passphrase.ok) return passphrase.error.code === 'secret.locked' ? key : passphrase
      key = await keys.remove(name, passphrase.value)
    }
    if (!key.ok) return key
    const told = await tell(context, key.value, 'Removed:')
    output.say('It stays good at the venue until you revoke it there.')
    return told
  })

/** Opens a key and asks its venue. */
export const runTestKey = (options: DeskOptions, name: string): Promise<void> =>
  runWithDesk(options, async (context): Promise<Result<null>> => {
    const key = await context.keys.test(name)
    return key.ok ? tell(context, key.value, 'It opens, and the venue takes it:') : key
  })
