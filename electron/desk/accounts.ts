/** Accounts: whose leverage can be changed, and which key on which path signs for it. */
import { getAddress } from 'viem'
import { check } from '../../shared/check.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { isHex, lower, type Hex } from '../../shared/hex.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { ApprovalForm } from '../../shared/prepared-request.ts'
import type { Network } from '../../shared/venues/module.ts'
import { rulesOf, type VenueId } from '../../shared/venues/registry.ts'
import { checkPath } from '../device/path.ts'
import type { Ledger } from '../device/port.ts'
import type { Account, NewAccount, Store } from '../store/port.ts'

/** What an account is made from. */
export interface AddAccountInput {
  readonly name: string
  readonly venue: VenueId
  readonly network: Network
  /** Derivation path of the signer. */
  readonly path: string
  /** The account for which the signer is an agent; null when the signer is the account itself. */
  readonly account: string | null
  /** A subaccount or vault for which the signer acts; null for none. */
  readonly vault: string | null
  /** What the account has at its venue beside its addresses; what is left out has the venue's default. */
  readonly settings: JsonObject
  /** How changes are approved in words; null for the venue's default. */
  readonly approval: ApprovalForm | null
}

/** What adding an account needs from the world. */
export interface AddAccountPorts {
  readonly store: Store
  readonly ledger: Ledger
}

const address = (value: string, field: string): Result<Hex> =>
  isHex(value, 20)
    ? ok(lower(value))
    : fail('input.badField', { field, detail: 'an address is 0x and 40 hex digits.' })

/** Whose leverage changes: the vault, the account that the signer is an agent of, or null for the signer itself. */
function ownerOf({
  vault,
  account,
}: AddAccountInput): Result<Pick<NewAccount, 'address' | 'vaultAddress'> | null> {
  if (vault !== null) {
    const read = address(vault, 'vault')
    return read.ok ? ok({ address: read.value, vaultAddress: read.value }) : read
  }
  if (account === null) return ok(null)
  const owner = address(account, 'account')
  return owner.ok ? ok({ address: owner.value, vaultAddress: null }) : owner
}

/** What the venue's rules say of an account, before anybody is asked. */
function checkAtVenue({ venue, network, vault, settings, approval }: AddAccountInput): Result<unknown> {
  const rules = rulesOf(venue)
  if (!rules.networks.includes(network)) {
    const served = rules.networks.join(' and ')
    return fail('input.badField', { field: 'network', detail: `${rules.name} serves ${served} only.` })
  }
  if (vault !== null && !rules.carriesVault)
    return fail('request.venueCannot', { venue: rules.name, what: 'a subaccount or vault by its address' })
  if (approval === 'none' && rules.signedBy === 'apiKey')
    return fail('input.badField', {
      field: 'approval',
      detail: `an API key signs for ${rules.name}, and it signs no change without an approval on the Ledger.`,
    })
  return check(rules.settingsSchema, settings, 'settings')
}

/**
 * Whether an account can be added as it is described, asked before the person is.
 * Fails with `input.badField`, `request.duplicateAccount` or `store.*`.
 */
export async function checkNewAccount(
  { store }: Pick<AddAccountPorts, 'store'>,
  input: AddAccountInput,
): Promise<Result<null>> {
  if (!/^[\w .-]{1,40}$/.test(input.name)) {
    return fail('input.badField', {
      field: 'name',
      detail: 'use 1 to 40 letters, digits, spaces, dots, dashes or underscores.',
    })
  }
  const atVenue = checkAtVenue(input)
  if (!atVenue.ok) return atVenue
  const path = checkPath(input.path)
  if (!path.ok) return path
  const owner = ownerOf(input)
  if (!owner.ok) return owner
  const known = await store.accounts.list()
  if (!known.ok) return known
  const name = input.name.toLowerCase()
  return known.value.some((account) => account.name.toLowerCase() === name)
    ? fail('request.duplicateAccount', { account: input.name })
    : ok(null)
}

/**
 * Adds an account with the signer's address read from the device and confirmed on its screen.
 * Fails with `device.*`, `input.badField`, `request.duplicateAccount` or `store.*`.
 */
export async function addAccount(
  { store, ledger }: AddAccountPorts,
  input: AddAccountInput,
): Promise<Result<Account>> {
  const possible = await checkNewAccount({ store }, input)
  if (!possible.ok) return possible
  const owner = ownerOf(input)
  if (!owner.ok) return owner
  const shown = await ledger.address(input.path, { display: true })
  if (!shown.ok) return shown
  const signer = lower(shown.value)
  return store.accounts.add({
    name: input.name,
    venue: input.venue,
    network: input.network,
    signer,
    path: input.path,
    ...(owner.value ?? { address: signer, vaultAddress: null }),
    settings: { ...input.settings, ...(input.approval === null ? {} : { approval: input.approval }) },
  })
}

/** An address as people and Ledgers write it, with its checksum (EIP-55). */
export const checksummed = (value: Hex): Hex => getAddress(value)
