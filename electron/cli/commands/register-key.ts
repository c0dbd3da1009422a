/** `countersign keys register`. */
import { commandText } from '../../../shared/advice.ts'
import { timeText } from '../../../shared/deadline.ts'
import { ok, type Result } from '../../../shared/errors.ts'
import { registerOwnKey } from '../../desk/register-key.ts'
import { runWithDesk, type Context } from '../context.ts'
import type { DeskOptions } from '../options.ts'
import { choosePassphrase, readPassphrase } from '../passphrase.ts'

/** Options of `keys register`. */
export interface RegisterOptions extends DeskOptions {
  readonly expiresInDays: number
}

/** The passphrase that seals a key that is to be made; undefined where one is in use and is only registered. */
async function passphraseOf(
  { keys }: Context,
  options: RegisterOptions,
  account: string,
): Promise<Result<string | undefined>> {
  const present = await keys.list(account)
  if (!present.ok) return present
  if (present.value.length > 0) return ok(undefined)
  const sealing = await keys.sealing()
  if (!sealing.ok) return sealing
  return sealing.value.passphrase ? readPassphrase(options) : choosePassphrase(options)
}

/** Has the Ledger sign the registration of an account's key, sends it once, and tells what came of it. */
export const runRegisterKey = (options: RegisterOptions, name: string): Promise<void> =>
  runWithDesk(options, async (context): Promise<Result<null>> => {
    const { ports, keys, output } = context
    const passphrase = await passphraseOf(context, options, name)
    if (!passphrase.ok) return passphrase
    output.note('The Ledger shows the name of the key and its public key. Confirm both there.')
    const outcome = await registerOwnKey(
      { ports, keys },
      {
        account: name,
        expiresInDays: options.expiresInDays,
        ...(passphrase.value === undefined ? {} : { passphrase: passphrase.value }),
      },
    )
    if (!outcome.ok) return outcome
    const { account, key, registered } = outcome.value
    const listed = registered.standing !== null
    output.result({ key, listed })
    output.say(
      `Registered: ${account.name}  ${key.venue} ${key.keyId}  until ${timeText(registered.expiresAtMs)}`,
    )
    output.say(
      listed
        ? 'The venue lists it.'
        : `The venue took it, and does not list it yet: "${commandText('keys test', account.name)}" shows when it does.`,
    )
    return ok(null)
  })
