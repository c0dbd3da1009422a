/** Accounts in words: how the signer stands to them, and where they are. */
import type { AccountView } from '../../shared/contract.ts'
import { venueModules } from '../../shared/venues/registry.ts'

/** Who signs for an account: its own key, the key that acts for a vault or subaccount, or an agent. */
export function kindWord({ vaultAddress, address, signer }: AccountView): string {
  if (vaultAddress !== null) return 'vault or subaccount'
  return address === signer ? 'own key' : 'agent'
}

/** "Hyperliquid mainnet". */
export const placeWord = ({ venue, network }: Pick<AccountView, 'venue' | 'network'>): string =>
  `${venueModules[venue].name} ${network}`

/** How an account approves in words; empty where it does not. */
export const approvalWord = ({ settings }: Pick<AccountView, 'settings'>): string => {
  if (settings['approval'] === 'text') return 'in words first, as text'
  return settings['approval'] === 'typedData' ? 'in words first, as typed data' : ''
}
