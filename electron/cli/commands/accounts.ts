/** `countersign accounts` and `countersign accounts add`. */
import { check } from '../../../shared/check.ts'
import { ok, type Result } from '../../../shared/errors.ts'
import type { JsonObject } from '../../../shared/history/canonical-json.ts'
import { rulesOf, type VenueId } from '../../../shared/venues/registry.ts'
import { addAccount, checkNewAccount, checksummed, type AddAccountInput } from '../../desk/accounts.ts'
import type { Account } from '../../store/port.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'

/** An account as it is typed: its settings are texts. */
export interface TypedAccount extends AddAccountInput {
  readonly settings: Readonly<Record<string, string>>
}

const inWords: Readonly<Record<string, string>> = {
  text: ', approved in words first',
  typedData: ', approved as typed data first',
}

const line = ({ name, venue, network, address, signer, path, settings }: Account): string => {
  const by = address === signer ? '' : `, signed by ${checksummed(signer)}`
  return `${name.padEnd(16)} ${venue} ${network}  ${checksummed(address)}${by}, ${path}${inWords[String(settings['approval'])] ?? ''}`
}

/** Lists the accounts. */
export const listAccounts = (options: DeskOptions): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const accounts = await ports.store.accounts.list()
    if (!accounts.ok) return accounts
    output.result({ accounts: accounts.value })
    for (const account of accounts.value) output.say(line(account))
    if (accounts.value.length === 0)
      output.say('There are no accounts yet. Add one with "countersign accounts add".')
    return ok(null)
  })

/** A typed text as a number or a boolean; undefined where it is neither. */
function plain(text: string | undefined): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** What was typed of the settings as the venue's schema takes it: text, or a number or boolean where it wants that. */
function typedSettings(venue: VenueId, texts: Readonly<Record<string, string>>): JsonObject {
  const settings: Record<string, string | number | boolean> = { ...texts }
  for (;;) {
    const checked = check(rulesOf(venue).settingsSchema, settings)
    const name = checked.ok ? undefined : checked.error.field
    const other = name !== undefined && settings[name] === texts[name] ? plain(texts[name]) : undefined
    if (name === undefined || other === undefined) return settings
    settings[name] = other
  }
}

/** Adds an account; its signer's address is read from the device and confirmed on it. */
export const runAddAccount = (options: DeskOptions, typed: TypedAccount): Promise<void> =>
  runWithDesk(options, async ({ ports, output, openDevice }): Promise<Result<null>> => {
    const input = { ...typed, settings: typedSettings(typed.venue, typed.settings) }
    const possible = await checkNewAccount(ports, input)
    if (!possible.ok) return possible
    const ledger = await openDevice()
    if (!ledger.ok) return ledger
    const signer = await ledger.value.address(input.path)
    if (!signer.ok) return signer
    output.note(`The Ledger gave the address ${signer.value} for ${input.path}.`)
    output.note('Confirm it on the Ledger only if its screen shows the same, digit by digit.')
    const added = await addAccount({ store: ports.store, ledger: ledger.value }, input)
    if (!added.ok) return added
    output.result({ account: added.value })
    output.say(`Added: ${line(added.value)}`)
    return ok(null)
  })
