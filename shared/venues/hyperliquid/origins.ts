/** Where Hyperliquid is. */
import type { Network } from '../module.ts'

/** The venue's own hosts (Hyperliquid docs, "API"). */
export const hyperliquidOrigins: Readonly<Record<Network, string>> = {
  mainnet: 'https://api.hyperliquid.xyz',
  testnet: 'https://api.hyperliquid-testnet.xyz',
}
