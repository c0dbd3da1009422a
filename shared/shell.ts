/**
 * What a page and the shell around it agree on before the first call: how the page gets its line to the desk. Each
 * shell has one way only, and a page that is in neither gets none.
 */

/** Path of the loopback host's WebSocket, at the page's own origin. It carries the contract (oRPC's ws adapter). */
export const socketPath = '/desk'

/**
 * Electron: `window[bridgeName]` is there. The page first listens for the window's `message` event whose `source` is the
 * window itself and whose `data` is `portMessage`, then calls `connect()`: the event's one port carries the contract
 * (oRPC's MessagePort adapter; the page calls `port.start()`). Another call of `connect()` closes the port given before.
 */
export const bridgeName = 'countersign'

/** The message with which a page in Electron gets its port. */
export const portMessage = 'countersign:port'

/** What the preload script puts into the page; nothing else of Electron is there. */
export interface ShellBridge {
  /** Asks for a port to the desk. */
  readonly connect: () => void
}

/** The pages that may be opened outside of the desk, in the person's own browser. Nothing else is ever opened. */
export const outsideLinks = {
  hyperliquid: 'https://app.hyperliquid.xyz/',
  hyperliquidTestnet: 'https://app.hyperliquid-testnet.xyz/',
  ledgerSupport: 'https://support.ledger.com/',
} as const
