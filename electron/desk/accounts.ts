/** Accounts: whose leverage can be changed, and which key on which path signs for it. */
import { getAddress } from 'viem'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { isHex, lower, type Hex } from '../../shared/hex.ts'
import type { Network } from '../../shared/venues/hyperliquid/digest.ts'
import type { PathPrefix } from '../../shared/venues/compass/request.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
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
  /** Compass only: which family of paths. */
  readonly pathPrefix: PathPrefix | null
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

/** Whose leverage changes: the vault, the account that the signer is an agent of, or the signer itself. */
function ownerOf(input: AddAccountInput, signer: Hex): Result<Pick<NewAccount, 'address' | 'vaultAddress'>> {
  if (input.vault !== null) {
    const vault = address(input.vault, 'vault')
    return vault.ok ? ok({ address: vault.value, vaultAddress: vault.value }) : vault
  }
  if (input.account === null) return ok({ address: signer, vaultAddress: null })
  const owner = address(input.account, 'account')
  return owner.ok ? ok({ address: owner.value, vaultAddress: null }) : owner
}

/**
 * Adds an account with the signer's address read from the device and confirmed on its screen.
 * Fails with `device.*`, `input.badField`, `request.duplicateAccount` or `store.*`.
 */
export async function addAccount(
  { store, ledger }: AddAccountPorts,
  input: AddAccountInput,
): Promise<Result<Account>> {
  if (!/^[\w .-]{1,40}$/.test(input.name)) {
    return fail('input.badField', {
      field: 'name',
      detail: 'use 1 to 40 letters, digits, spaces, dots, dashes or underscores.',
    })
  }
  const shown = await ledger.address(input.path, { display: true })
  if (!shown.ok) return shown
  const signer = lower(shown.value)
  const owner = ownerOf(input, signer)
  if (!owner.ok) return owner
  return store.accounts.add({
    name: input.name,
    venue: input.venue,
    network: input.network,
    signer,
    path: input.path,
    ...owner.value,
    settings: input.pathPrefix === null ? {} : { pathPrefix: input.pathPrefix },
  })
}

/** An address as people and Ledgers write it, with its checksum (EIP-55). */
export const checksummed = (value: Hex): Hex => getAddress(value)
