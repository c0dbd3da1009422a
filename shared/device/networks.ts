/** Names that the Ethereum app gives to networks when it shows an address (its own list of well-known chains). */

const names: Readonly<Record<string, string>> = {
  '1': 'Ethereum',
  '10': 'OP Mainnet',
  '56': 'BNB Chain',
  '100': 'Gnosis',
  '137': 'Polygon',
  '250': 'Fantom',
  '8453': 'Base',
  '42161': 'Arbitrum',
  '42220': 'Celo',
  '43114': 'Avalanche',
  '59144': 'Linea',
}

/** Name of a chain by its id; undefined when the app would not name it. */
export const networkName = (chainId: bigint): string | undefined => names[String(chainId)]
